/** The collection of the pointer documents, one for each projection. */
export const projectionsCollection = 'projections'

/** `profiles_3`: generation 3 of the profiles. */
export const collectionOf = (projection: string, generation: number): string => `${projection}_${generation}`

/** The generation of a collection; undefined if it does not belong to the projection. */
export const generationOf = (projection: string, collection: string): number | undefined => {
  const number = collection.startsWith(`${projection}_`) ? collection.slice(projection.length + 1) : ''
  return /^[1-9]\d*$/.test(number) ? Number(number) : undefined
}

/** Makes answers arrive whole: by default, a first batch holds at most 101 documents. */
export const wholeAnswer = { batchSize: 1_000_000 }
