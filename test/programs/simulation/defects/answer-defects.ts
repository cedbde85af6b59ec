import type { AppendResult } from '../../../../application/ports/event-store.ts'
import type { DirectoryAnswer } from '../../../../application/ports/profile-directory.ts'
import type { Plant } from '../service/cluster.ts'
import type { Ports } from '../service/run-service.ts'
import type { Defect } from './defect.ts'
import { withProfilesProjection } from './planting.ts'

type Results = ReadonlyArray<AppendResult>

const withAppendAnswers =
  (change: (results: Results) => Results): Plant =>
  (ports) => ({
    ...ports,
    eventStore: {
      ...ports.eventStore,
      append: async (appends) => change(await ports.eventStore.append(appends)),
    },
  })

const withDirectoryAnswers =
  (change: (answer: DirectoryAnswer) => Partial<DirectoryAnswer>): Plant =>
  (ports) => ({
    ...ports,
    directory: {
      ...ports.directory,
      lookup: async (...asked) => {
        const answer = await ports.directory.lookup(...asked)
        return { ...answer, ...change(answer) }
      },
    },
  })

const withAuditIndex = (ports: Ports, change: Partial<Ports['auditIndex']>): Ports => ({
  ...ports,
  auditIndex: { ...ports.auditIndex, ...change },
})

const rotated = <A>(list: ReadonlyArray<A>): ReadonlyArray<A> => [...list.slice(1), ...list.slice(0, 1)]

const throwing = (): never => {
  throw new TypeError('planted')
}

/** Answers that do not fit the question, and errors that are not a store's: none may be accepted as an answer. */
export const answerDefects: ReadonlyArray<Defect> = [
  {
    name: 'gets answers for all appends except the last',
    seeds: 20,
    plant: withAppendAnswers((results) => results.slice(0, -1)),
  },
  {
    name: 'gets the answers to its appends in another order',
    seeds: 50,
    plant: withAppendAnswers(rotated),
  },
  {
    name: 'gets answers for all key sets except the last',
    seeds: 20,
    plant: withDirectoryAnswers(({ matches }) => ({ matches: matches.slice(0, -1) })),
  },
  {
    name: 'gets the answers to its key sets in another order',
    seeds: 20,
    plant: withDirectoryAnswers(({ matches }) => ({ matches: rotated(matches) })),
  },
  {
    name: 'gets the profiles of another database',
    seeds: 50,
    plant: withDirectoryAnswers(({ matches }) => ({
      matches: matches.map(({ oldest, ...match }) => ({
        ...match,
        oldest: oldest.map(({ db_id, ...profile }) => ({ ...profile, db_id: (db_id + 1) as typeof db_id })),
      })),
    })),
  },
  {
    name: 'gets no revision of its last stream from the profiles',
    seeds: 20,
    plant: withDirectoryAnswers(({ revisions }) => ({ revisions: revisions.slice(0, -1) })),
  },
  {
    name: 'gets no revision of its last stream from the imports',
    seeds: 20,
    plant: (ports) =>
      withAuditIndex(ports, {
        lookup: async (...asked) => {
          const answer = await ports.auditIndex.lookup(...asked)
          return { ...answer, revisions: answer.revisions.slice(0, -1) }
        },
      }),
  },
  {
    name: 'gets the records of other imports',
    seeds: 50,
    plant: (ports) =>
      withAuditIndex(ports, {
        lookup: async (...asked) => {
          const answer = await ports.auditIndex.lookup(...asked)
          const ids = [...answer.records.keys()]
          const records = rotated([...answer.records.values()])
          return {
            ...answer,
            records: new Map(ids.flatMap((id, i) => (records[i] ? [[id, records[i]]] : []))),
          }
        },
      }),
  },
  {
    name: 'throws because a value is missing while it looks up',
    seeds: 20,
    plant: (ports) => withAuditIndex(ports, { lookup: async () => throwing() }),
  },
  {
    name: 'throws because a value is missing while it folds',
    seeds: 20,
    plant: (ports) => withProfilesProjection(ports, { fold: throwing }),
  },
  {
    name: 'throws because a value is missing while it answers',
    seeds: 20,
    plant: (ports) => ({ ...ports, sink: { publish: async (replies) => replies.map(throwing)[0] } }),
  },
]
