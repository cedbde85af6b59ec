import { hash, randomBytes } from 'node:crypto'
import { type EventStore, secretBytes } from '../../application/ports/event-store.ts'
import type { MessageToReplay } from '../../application/replay.ts'
import { makeReplayKey, replayMark } from '../../application/replay-mark.ts'
import type { BrokerConfig } from '../composition-root/broker.ts'
import { contentEncoding, type ImportMessage } from '../rabbitmq/import-publisher.ts'
import { systemIds } from '../system/system-ids.ts'
import { publishImports } from './publish-imports.ts'

/** Publishes kept messages to the import queue, each under a new id and marked as a replay. */
export const publishReplays = async (
  config: BrokerConfig,
  eventStore: EventStore,
  messages: AsyncIterable<MessageToReplay>,
): Promise<void> => {
  const key = await makeReplayKey(eventStore, () => randomBytes(secretBytes))
  const marked = async function* (): AsyncGenerator<ImportMessage> {
    for await (const { body, ...claim } of messages) {
      const messageId = systemIds.fresh()
      const mark = replayMark(key, {
        ...claim,
        queue: config.IMPORT_QUEUE,
        properties: { message_id: messageId },
        contentEncoding,
        bodySha256: hash('sha256', body, 'hex'),
      })
      yield { body, messageId, replay: { ...claim, mark } }
    }
  }
  await publishImports(config, marked())
}
