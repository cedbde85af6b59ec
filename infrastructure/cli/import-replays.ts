import type { KeptMessage } from '../../application/replay.ts'
import type { Stores } from '../composition-root/stores.ts'
import type { Config } from '../config/load-config.ts'
import { createNdjsonExchange } from '../ndjson/ndjson-exchange.ts'
import { systemChance } from '../system/system-chance.ts'
import { systemClock } from '../system/system-clock.ts'
import { systemIds } from '../system/system-ids.ts'
import { CommandFailed, type CommonOptions, failureLogOf, quietLoggerOf } from './command-context.ts'
import { outliveReader } from './output.ts'
import { stopSignal } from './stop-signal.ts'

/** Imports kept messages in this process, and prints their replies. @throws CommandFailed */
export const importReplays = async (
  options: CommonOptions,
  stores: Stores,
  config: Config,
  messages: AsyncIterable<KeptMessage>,
): Promise<void> => {
  const { DataFolderTaken, importRun } = await import('../composition-root/import-run.ts')
  // A message may be taken whose reply is not printed: the exchange tells.
  outliveReader()
  const log = quietLoggerOf(config)
  const failures = failureLogOf(config, options, log)
  const stop = stopSignal(() => {})
  try {
    const done = await importRun(
      {
        config,
        dataFolder: options.data,
        stores,
        clock: systemClock,
        chance: systemChance,
        ids: systemIds,
        logger: log,
        failures,
      },
      async (end) => {
        const run = systemIds.fresh()
        const exchange = createNdjsonExchange({
          lines: lines(messages),
          output: process.stdout,
          run,
          start: { line: 0, position: end },
          maxRepeated: config.BATCH_SIZE,
          redelivered: false,
          clock: systemClock,
        })
        return { exchange, run, repliesAfter: end }
      },
      stop,
    )
    if (!done) throw new CommandFailed('interrupted')
  } catch (error) {
    throw error instanceof DataFolderTaken ? new CommandFailed(error.message) : error
  } finally {
    failures.close()
  }
}

/** Each message stands for one line, whatever line breaks it holds. */
async function* lines(messages: AsyncIterable<KeptMessage>) {
  let [line, end] = [0, 0]
  for await (const { body, replayOf } of messages) {
    line += 1
    end += body.length
    yield [{ line, body, end, replayOf }]
  }
}
