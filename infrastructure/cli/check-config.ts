import type { Command } from 'commander'
import { printableName } from '../../domain/reason.ts'
import { type ExplainedSetting, explainSettings, unknownIn } from '../config/explain-config.ts'
import { defaultConfigFile, readSettings } from '../config/load-config.ts'
import type { UnknownName } from '../config/unknown-names.ts'
import { type CommonOptions, configOf, sourcesOf } from './command-context.ts'
import { printText } from './output.ts'

export const addCheckConfig = (command: Command): Command =>
  command
    .command('check-config')
    .summary('show what the configuration says, and every mistake in it')
    .description(
      'Prints the value of every setting and where it comes from, without passwords, and the names that are ignored. ' +
        'Starts nothing. Exits with 2 if there is a mistake, and names them all.',
    )
    .action(async (options: CommonOptions) => {
      const sources = sourcesOf(options)
      const file = readSettings(sources)
      const settings = explainSettings(file, sources.env)
      await printText(settings.map(settingLine(options.config ?? defaultConfigFile)))
      await printText(
        unknownIn(file, sources.env)
          .inFile.filter(({ meant }) => meant === undefined)
          .map(ignoredLine),
      )
      configOf(options)
    })

const settingLine =
  (file: string) =>
  ({ name, value, origin }: ExplainedSetting): string => {
    if (origin === 'default') return `${name}: ${value ? `${value} (default)` : 'not set'}`
    return `${name}: ${value ?? 'not valid'} (${origin === 'file' ? file : origin})`
  }

const ignoredLine = ({ name }: UnknownName): string => `${printableName(name)}: not a setting, ignored`
