import { CannotGoOn } from '../application/cannot-go-on.ts'
import type { AuditIndex } from '../application/ports/audit-index.ts'
import type { EventStore } from '../application/ports/event-store.ts'
import { beginning, type Position } from '../application/ports/position.ts'
import type { ReplyCheckpoint } from '../reactors/reply-reactor.ts'

/** What to do when the log holds outcomes of the queue, but nothing says which were answered. */
export type RepliesFrom = 'beginning' | 'end'

/** @see prepareReplyCheckpoint */
export class ReplyCheckpointMissing extends CannotGoOn {
  constructor(queue: string) {
    super(
      `the log holds imports of the queue ${queue}, but not how far they were answered: start with ` +
        '--replies-from beginning to answer all of them (again), or --replies-from end to answer only new ones',
    )
  }
}

const nameOf = (queue: string): string => `replies-${queue}`

/** It lives with the log, not in the read model: dropping the read model must not send old replies again. */
export const replyCheckpoint = (eventStore: EventStore, queue: string): ReplyCheckpoint => ({
  read: () => eventStore.readCheckpoint(nameOf(queue)),
  write: (expected, position) => eventStore.writeCheckpoint(nameOf(queue), expected, position),
})

/**
 * Before the first reply to a queue: sets the checkpoint where there is none. To be called when the audit index shows
 * all that the event store holds. @throws ReplyCheckpointMissing when there are imports and `from` does not say what to do
 */
export const prepareReplyCheckpoint = async (
  eventStore: EventStore,
  auditIndex: AuditIndex,
  queue: string,
  from: RepliesFrom | undefined,
): Promise<void> => {
  const checkpoint = replyCheckpoint(eventStore, queue)
  const imported = (await auditIndex.recent(queue, 1)).length > 0
  // Read last: another process that begins at the same time sets it before its first import.
  if ((await checkpoint.read()) !== undefined) return
  if (imported && from === undefined) throw new ReplyCheckpointMissing(queue)
  const position: Position = from === 'beginning' ? beginning : await eventStore.end()
  await checkpoint.write(undefined, position)
}
