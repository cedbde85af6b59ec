import type { Command } from 'commander'
import type { AuditIndex } from '../../application/ports/audit-index.ts'
import { beginning, comparePositions, distance, type Position } from '../../application/ports/position.ts'
import type { ProjectionStore } from '../../application/ports/projection-store.ts'
import type { UnreadablePlace } from '../../projections/audit.ts'
import { eachReadModel, type ReadModel, type ReadModelName } from '../../projections/registry.ts'
import { replyCheckpoint } from '../../service/reply-checkpoint.ts'
import { type CommonOptions, reading } from './command-context.ts'
import { print, say } from './output.ts'

export const addStatus = (command: Command): Command =>
  command
    .command('status')
    .summary('print positions, lag and counts')
    .description(
      'Checks the files of the data folder for damage, and prints the end of the event log, the position of ' +
        'each projection and the number of events and documents as JSON. The lag is in events on the embedded ' +
        'store, and in bytes of the log on EventStoreDB. `unreadable` counts the unreadable events that the ' +
        'projections have met; use `verify` to find events that were damaged later. Positions in PASS_OVER ' +
        'that hold no such event are reported.',
    )
    .action((options: CommonOptions) =>
      reading(options, async (stores, { IMPORT_QUEUE, PASS_OVER }) => {
        const { eventStore, auditIndex } = stores
        await stores.check('pages')
        const end = await eventStore.end()
        const readModels: Record<string, object | null> = {}
        const look = async <Id, Document>({ store }: ReadModel<Id, Document>, name: ReadModelName) => {
          readModels[name] = await statusOf(store, end)
        }
        for (const looked of eachReadModel(stores, look)) await looked
        const answered = await replyCheckpoint(eventStore, IMPORT_QUEUE).read()
        await print({
          log: { ...(await eventStore.readIdentity()), end },
          ...readModels,
          replies:
            answered === undefined
              ? null
              : { queue: IMPORT_QUEUE, checkpoint: answered, lag: distance(answered || beginning, end) },
          unreadable: await unreadableIn(auditIndex),
          pass_over: PASS_OVER,
        })
        for (const position of await needless(PASS_OVER, auditIndex, end))
          say(`PASS_OVER lists position ${position}, but the event there can be read or does not exist`)
      }),
    )

/** Null before the first generation. */
const statusOf = async <Id, Document>(store: ProjectionStore<Id, Document>, end: Position) => {
  const generations = await store.generations()
  const live = generations.find((generation) => generation.live)
  if (live === undefined) return null
  return {
    generation: live.id,
    version: live.version,
    checkpoint: live.checkpoint,
    lag: distance(live.checkpoint, end),
    documents: await store.count(live.id),
    building: generations.filter(({ id }) => id > live.id).map(({ id, checkpoint }) => ({ id, checkpoint })),
  }
}

const shown = 20

/** Positions in PASS_OVER without an unreadable event, except those that the audit index has not reached yet. */
const needless = async (
  passOver: ReadonlyArray<Position>,
  auditIndex: AuditIndex,
  end: Position,
): Promise<ReadonlyArray<Position>> => {
  if (passOver.length === 0) return []
  const checkpoint = await auditIndex.checkpoint()
  const unreadable = new Set<Position>()
  for await (const { position } of auditIndex.find({ by: 'unreadable' })) unreadable.add(position)
  const isMet = (position: Position) =>
    comparePositions(position, checkpoint) <= 0 || comparePositions(position, end) > 0
  return passOver.filter((position) => isMet(position) && !unreadable.has(position))
}

/** As counted by the audit index. */
const unreadableIn = async (auditIndex: AuditIndex) => {
  const examples: Array<UnreadablePlace> = []
  for await (const { position, stream, type } of auditIndex.find({ by: 'unreadable' })) {
    if (examples.push({ position, stream, type }) === shown) break
  }
  return { events: await auditIndex.countUnreadable(), examples }
}
