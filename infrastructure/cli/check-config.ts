import type { Command } from 'commander'
import { printableName } from '../../domain/reason.ts'
import { runChecks } from '../../service/run-checks.ts'
import { serveChecks } from '../composition-root/serve-checks.ts'
import { type ExplainedSetting, explainSettings, unknownIn } from '../config/explain-config.ts'
import { type Config, defaultConfigFile, readSettings } from '../config/load-config.ts'
import type { UnknownName } from '../config/unknown-names.ts'
import { systemClock } from '../system/system-clock.ts'
import { counted } from '../text/counted.ts'
import { checkLine } from './check-line.ts'
import { CommandFailed, type CommonOptions, configOf, sourcesOf } from './command-context.ts'
import { printText } from './output.ts'

interface CheckConfigOptions extends CommonOptions {
  readonly connect?: true
}

export const addCheckConfig = (command: Command): Command =>
  command
    .command('check-config')
    .summary('show what the configuration says, and every mistake in it')
    .description(
      'Prints the value of every setting and where it comes from, without passwords, and the names that are ignored. ' +
        'Starts nothing. Exits with 2 if there is a mistake, and names them all. With --connect and without a mistake, ' +
        'also tries everything that `serve` needs with these settings: the data folder and its files, or the servers ' +
        'that take their place; the failure log; the port for health and metrics; and the broker, its queues and the ' +
        'rights on them, or says that RABBITMQ_URL is not set. Prints one line for each check, creates and changes nothing, and exits with 1 if a check fails.',
    )
    .option('--connect', 'also try every server, queue and right that `serve` needs')
    .action(async (options: CheckConfigOptions) => {
      const sources = sourcesOf(options)
      const file = readSettings(sources)
      const settings = explainSettings(file, sources.env)
      await printText(settings.map(settingLine(options.config ?? defaultConfigFile)))
      await printText(
        unknownIn(file, sources.env)
          .inFile.filter(({ meant }) => meant === undefined)
          .map(ignoredLine),
      )
      const config = configOf(options)
      if (options.connect === true) await connect(config, options.data)
    })

/** No failure, because commands and processes that neither import from the queue nor reply need none. */
const withoutBroker = 'RABBITMQ_URL: not set, so no broker was tried: `serve` needs it to import and to reply'

/** @throws CommandFailed if a check fails */
const connect = async (config: Config, dataFolder: string): Promise<void> => {
  let failed = 0
  for await (const result of runChecks(await serveChecks(config, dataFolder, systemClock), systemClock)) {
    await printText([checkLine(result)])
    if (result.problem !== undefined) failed++
  }
  if (config.RABBITMQ_URL === undefined) await printText([withoutBroker])
  if (failed > 0) throw new CommandFailed(`${counted(failed, 'check')} failed`)
}

const settingLine =
  (file: string) =>
  ({ name, value, origin }: ExplainedSetting): string => {
    if (origin === 'default') return `${name}: ${value ? `${value} (default)` : 'not set'}`
    return `${name}: ${value ?? 'not valid'} (${origin === 'file' ? file : origin})`
  }

const ignoredLine = ({ name }: UnknownName): string => `${printableName(name)}: not a setting, ignored`
