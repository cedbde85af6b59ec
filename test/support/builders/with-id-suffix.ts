import type { Projection } from '../../../projections/projection.ts'

/** The projection with other ids for the same documents. */
export const withIdSuffix = <Id, Document>(
  projection: Projection<Id, Document>,
  suffix: string,
): Projection<Id, Document> => ({
  ...projection,
  idOf: (document) => `${projection.idOf(document)}${suffix}`,
  idOfEvent: (recorded) => {
    const id = projection.idOfEvent(recorded)
    return id === undefined ? undefined : `${id}${suffix}`
  },
})
