import { CannotGoOn } from '../application/cannot-go-on.ts'
import type { AuditIndex } from '../application/ports/audit-index.ts'
import type { EventStore } from '../application/ports/event-store.ts'
import { beginning, type Position } from '../application/ports/position.ts'
import type { ReplyCheckpoint } from '../reactors/reply-reactor.ts'

/** What to do if the log holds outcomes of the queue but no record of which were answered. */
export type RepliesFrom = 'beginning' | 'end'

/** @see prepareReplyCheckpoint */
export class ReplyCheckpointMissing extends CannotGoOn {
  constructor(queue: string) {
    super(
      `the log holds imports of the queue ${queue} but no reply checkpoint: start with --replies-from beginning to answer ` +
        'all of them (again), or with --replies-from end to answer only new ones',
    )
  }
}

/** Its name among the checkpoints of the log. */
export const replyCheckpointName = (queue: string): string => `replies-${queue}`

/**
 * The checkpoint lives with the log, not in the read model: dropping the read model must not send old replies again.
 */
export const replyCheckpoint = (eventStore: EventStore, queue: string): ReplyCheckpoint => ({
  read: () => eventStore.readCheckpoint(replyCheckpointName(queue)),
  write: (expected, position) => eventStore.writeCheckpoint(replyCheckpointName(queue), expected, position),
})

/**
 * Sets a missing checkpoint before the first reply to a queue. Call it when the audit index shows everything that the
 * event store holds.
 * @throws ReplyCheckpointMissing if there are imports and `from` does not say what to do
 */
export const prepareReplyCheckpoint = async (
  eventStore: EventStore,
  auditIndex: AuditIndex,
  queue: string,
  from: RepliesFrom | undefined,
): Promise<void> => {
  const checkpoint = replyCheckpoint(eventStore, queue)
  const imported = (await auditIndex.recent(queue, 1)).length > 0
  // Read last: another process that starts at the same time sets it before its first import.
  if ((await checkpoint.read()) !== undefined) return
  if (imported && from === undefined) throw new ReplyCheckpointMissing(queue)
  const position: Position = from === 'beginning' ? beginning : await eventStore.end()
  await checkpoint.write(undefined, position)
}
