import type { ReplySink } from '../../application/ports/reply-sink.ts'
import type { MessageToReplay } from '../../application/replay.ts'
import type { ImportId } from '../../domain/ids.ts'
import type { Stores } from '../composition-root/stores.ts'
import type { Config } from '../config/load-config.ts'
import { createNdjsonExchange } from '../ndjson/ndjson-exchange.ts'
import { systemClock } from '../system/system-clock.ts'
import { systemIds } from '../system/system-ids.ts'
import { CommandFailed, type CommonOptions } from './command-context.ts'
import { importHere } from './import-here.ts'
import { stopSignal } from './stop-signal.ts'

/**
 * Imports kept messages in this process, and prints their replies. Returns how many left something alone.
 * @throws CommandFailed
 */
export const importReplays = async (
  options: CommonOptions,
  stores: Stores,
  config: Config,
  messages: AsyncIterable<MessageToReplay>,
): Promise<number> => {
  const sparing = new Set<ImportId>()
  const done = await importHere(
    options,
    stores,
    config,
    async (end) => {
      const exchange = createNdjsonExchange({
        lines: lines(messages),
        output: process.stdout,
        run: systemIds.fresh(),
        start: { line: 0, position: end },
        maxRepeated: config.BATCH_SIZE,
        redelivered: false,
        clock: systemClock,
      })
      const publish: ReplySink['publish'] = (replies, signal) => {
        for (const { importId, leftAlone } of replies) if (leftAlone !== undefined) sparing.add(importId)
        return exchange.sink.publish(replies, signal)
      }
      return { exchange: { ...exchange, sink: { publish } }, repliesAfter: end }
    },
    stopSignal(() => {}),
  )
  if (!done) throw new CommandFailed('interrupted')
  return sparing.size
}

/** Each message stands for one line, whatever line breaks it holds. */
async function* lines(messages: AsyncIterable<MessageToReplay>) {
  let [line, end] = [0, 0]
  for await (const { body, ...replay } of messages) {
    line += 1
    end += body.length
    yield [{ line, body, end, replay }]
  }
}
