import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { contextOf } from '../domain/events/stored-event.ts'
import type { ImportId } from '../domain/ids.ts'
import type { AuditIndex, ImportRecord } from './ports/audit-index.ts'
import type { EventStore } from './ports/event-store.ts'
import { comparePositions } from './ports/position.ts'
import { recordedEvent } from './recorded-events.ts'

/** A message as originally received, to be resubmitted. */
export interface MessageToReplay {
  readonly replayOf: ImportId
  readonly body: Uint8Array
}

/**
 * Why a message is not resubmitted.
 * - `unreadable`: its event is
 * - `truncated`: only the beginning of a message over the limit is kept
 * - `replayed_before`: it was already resubmitted, and repeating that could double what it adds
 */
export type NotReplayed = 'unreadable' | 'truncated' | 'replayed_before'

export type Replay = E.Either<NotReplayed, MessageToReplay>

const because =
  <Why extends NotReplayed | 'no_such_import'>(why: Why) =>
  (): Why =>
    why

/** The kept message of one import. */
export const replayOfImport = (auditIndex: AuditIndex, eventStore: EventStore, importId: ImportId) =>
  pipe(
    TE.fromTask(() => auditIndex.lookup([importId], [])),
    TE.flatMapNullable(({ records }) => records.get(importId), because('no_such_import')),
    TE.flatMapTask((record) => () => recordedEvent(eventStore, record)),
    TE.flatMapNullable((recorded) => recorded, because('no_such_import')),
    TE.flatMapNullable(({ event }) => contextOf(event)?.message, because('unreadable')),
    TE.filterOrElseW(({ truncated }) => !truncated, because('truncated')),
    TE.map(
      ({ body, encoding }): MessageToReplay => ({
        replayOf: importId,
        body: Buffer.from(body, encoding),
      }),
    ),
  )

/** The kept messages of these imports, in their order, without repetitions. */
export async function* replaysOf(
  auditIndex: AuditIndex,
  eventStore: EventStore,
  imports: AsyncIterable<ImportRecord>,
): AsyncGenerator<Replay> {
  // The outcomes of the replays themselves are not replayed in turn.
  const end = await eventStore.end()
  for await (const { importId, repeats, position } of imports) {
    if (repeats !== undefined || comparePositions(position, end) > 0) continue
    const replay = (await wasReplayed(auditIndex, importId))
      ? E.left('replayed_before' as const)
      : await replayOfImport(auditIndex, eventStore, importId)()
    if (E.isRight(replay)) yield replay
    else if (replay.left !== 'no_such_import') yield E.left(replay.left)
  }
}

const wasReplayed = async (auditIndex: AuditIndex, importId: ImportId): Promise<boolean> => {
  for await (const { replayOf } of auditIndex.find({ by: 'import', importId })) {
    if (replayOf === importId) return true
  }
  return false
}
