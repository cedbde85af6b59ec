/** Where the pointer documents lie, one for each projection. */
export const projectionsCollection = 'projections'

/** `profiles_3`: generation 3 of the profiles. */
export const collectionOf = (projection: string, generation: number): string => `${projection}_${generation}`

/** The generation that a collection holds; undefined when it is none of the projection's. */
export const generationOf = (projection: string, collection: string): number | undefined => {
  const number = collection.startsWith(`${projection}_`) ? collection.slice(projection.length + 1) : ''
  return /^[1-9]\d*$/.test(number) ? Number(number) : undefined
}

/** Answers are to come whole: a first batch holds no more than 101 documents unless told otherwise. */
export const wholeAnswer = { batchSize: 1_000_000 }
