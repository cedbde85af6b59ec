import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { contextOf } from '../domain/events/stored-event.ts'
import type { ImportId } from '../domain/ids.ts'
import { type Fix, fixMessage, type NotFixed } from './fix-message.ts'
import type { AuditIndex, ImportRecord } from './ports/audit-index.ts'
import type { EventStore } from './ports/event-store.ts'
import type { ReplayClaim } from './ports/import-source.ts'
import { comparePositions } from './ports/position.ts'
import { recordedEvent } from './recorded-events.ts'

/** A kept message to be resubmitted: as received, or fixed. */
export interface MessageToReplay extends ReplayClaim {
  readonly body: Uint8Array
}

/** How messages are resubmitted. */
export interface ReplayOptions {
  /** Applied to each message. */
  readonly fixes: ReadonlyArray<Fix>
  /** Whether they may overwrite what later imports have changed. */
  readonly overwrite: boolean
}

/**
 * Why a message is not resubmitted.
 * - `unreadable`: its event is
 * - `truncated`: only the beginning of a message over the limit is kept
 * - `replayed_before`: it was already resubmitted, and repeating that could double what it adds
 * - `not_json`, `unfit`: it cannot be fixed
 */
export type NotReplayed = 'unreadable' | 'truncated' | 'replayed_before' | NotFixed

export type Replay = E.Either<NotReplayed, MessageToReplay>

const because =
  <Why extends NotReplayed | 'no_such_import'>(why: Why) =>
  (): Why =>
    why

/** The kept message of one import, whatever its outcome was. */
export const replayOfImport = (
  auditIndex: AuditIndex,
  eventStore: EventStore,
  importId: ImportId,
  options: ReplayOptions,
) =>
  pipe(
    TE.fromTask(() => auditIndex.lookup([importId], [])),
    TE.flatMapNullable(({ records }) => records.get(importId), because('no_such_import')),
    TE.flatMapTask((record) => () => recordedEvent(eventStore, record)),
    TE.flatMapNullable((recorded) => recorded, because('no_such_import')),
    TE.flatMapNullable(({ event }) => contextOf(event)?.message, because('unreadable')),
    TE.filterOrElseW(({ truncated }) => !truncated, because('truncated')),
    TE.map(({ body, encoding }) => Buffer.from(body, encoding)),
    TE.flatMapEither((body) => resubmitted(importId, body, options)),
  )

const resubmitted = (
  replayOf: ImportId,
  body: Uint8Array,
  { fixes, overwrite }: ReplayOptions,
): E.Either<NotFixed, MessageToReplay> =>
  pipe(
    fixes.length === 0 ? E.right({ body, fixes }) : fixMessage(body, fixes),
    E.map((fixed) => ({
      replayOf,
      body: fixed.body,
      ...(fixed.fixes.length > 0 && { fixes: JSON.stringify(fixed.fixes) }),
      ...(overwrite && { overwrite }),
    })),
  )

export interface ReplaysOptions extends ReplayOptions {
  /** Also imports that were not refused. */
  readonly applied: boolean
}

/** The kept messages of these imports, in their order: of refused ones, unless `applied`, and never of repetitions. */
export async function* replaysOf(
  auditIndex: AuditIndex,
  eventStore: EventStore,
  imports: AsyncIterable<ImportRecord>,
  options: ReplaysOptions,
): AsyncGenerator<Replay> {
  // The outcomes of the replays themselves are not replayed in turn.
  const end = await eventStore.end()
  for await (const { importId, outcome, repeats, position } of imports) {
    if (repeats !== undefined || comparePositions(position, end) > 0) continue
    const isApplied = outcome !== undefined && outcome.verdict !== 'rejected'
    if (isApplied && !options.applied) continue
    const replay = (await wasReplayed(auditIndex, importId))
      ? E.left('replayed_before' as const)
      : await replayOfImport(auditIndex, eventStore, importId, options)()
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
