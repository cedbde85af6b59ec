import type { OpenExchange } from '../composition-root/import-run.ts'
import type { Stores } from '../composition-root/stores.ts'
import type { Config } from '../config/load-config.ts'
import { systemChance } from '../system/system-chance.ts'
import { systemClock } from '../system/system-clock.ts'
import { systemIds } from '../system/system-ids.ts'
import { CommandFailed, type CommonOptions, failureLogOf, quietLoggerOf } from './command-context.ts'
import { outliveReader } from './output.ts'

/** Imports the messages of an exchange and prints the replies. False if stopped early. @throws CommandFailed */
export const importHere = async (
  options: CommonOptions,
  stores: Stores,
  config: Config,
  openExchange: OpenExchange,
  stop: AbortSignal,
): Promise<boolean> => {
  const { DataFolderTaken, importRun } = await import('../composition-root/import-run.ts')
  outliveReader()
  const logger = quietLoggerOf(config)
  const failures = failureLogOf(config, options, logger)
  try {
    return await importRun(
      {
        config,
        dataFolder: options.data,
        stores,
        clock: systemClock,
        chance: systemChance,
        ids: systemIds,
        logger,
        failures,
      },
      openExchange,
      stop,
    )
  } catch (error) {
    throw error instanceof DataFolderTaken ? new CommandFailed(error.message) : error
  } finally {
    failures.close()
  }
}
