import { type Command, InvalidArgumentError, Option } from 'commander'
import type { RepliesFrom } from '../../service/reply-checkpoint.ts'
import { isRole, type Role, roles } from '../../service/roles.ts'
import { systemChance } from '../system/system-chance.ts'
import { systemClock } from '../system/system-clock.ts'
import { systemIds } from '../system/system-ids.ts'
import { brokerConfigOf, type CommonOptions, configOf, failureLogOf, loggerOf } from './command-context.ts'
import { stopSignal } from './stop-signal.ts'

interface ServeOptions extends CommonOptions {
  readonly roles: ReadonlySet<Role>
  readonly repliesFrom?: RepliesFrom
}

const parseRoles = (list: string): ReadonlySet<Role> => {
  const names = list.split(',').map((name) => name.trim())
  if (!names.every(isRole)) throw new InvalidArgumentError(`Allowed are ${roles.join(', ')}.`)
  return new Set(names)
}

export const addServe = (command: Command): Command =>
  command
    .command('serve')
    .summary('run the service: consume, project, reply')
    .description(
      'Takes messages from IMPORT_QUEUE, records the outcome of each, and answers on RESULT_QUEUE. A second ' +
        'process on the same data folder or queue stands by and takes over. SIGTERM and SIGINT stop the service ' +
        'within seconds; SIGHUP reopens the failure log.',
    )
    .addOption(
      new Option(
        '--replies-from <place>',
        'where to start answering if the log holds imports but no reply checkpoint',
      ).choices(['beginning', 'end']),
    )
    .addOption(
      new Option('--roles <list>', `what this process does, comma-separated: ${roles.join(', ')}`)
        .argParser(parseRoles)
        .default(new Set(roles), 'all'),
    )
    .action(async (options: ServeOptions) => {
      const warnings: Array<string> = []
      const config = configOf(options, (warning) => warnings.push(warning))
      const needsBroker = options.roles.has('import') || options.roles.has('replies')
      const broker = needsBroker ? brokerConfigOf(config) : undefined
      const logger = loggerOf(config)
      let stoppedBy: NodeJS.Signals | undefined
      const stop = stopSignal((signal) => {
        stoppedBy = signal
        logger.info({ signal }, 'stopping')
      })
      // Loaded only by this command, to keep the others fast.
      const { serve } = await import('../composition-root/serve.ts')
      for (const warning of warnings) logger.warn(warning)
      const failures = failureLogOf(config, options, logger)
      process.on('SIGHUP', () => failures.reopen())
      try {
        await serve(
          {
            config,
            broker,
            roles: options.roles,
            dataFolder: options.data,
            clock: systemClock,
            ids: systemIds,
            chance: systemChance,
            logger,
            failures,
            repliesFrom: options.repliesFrom,
          },
          stop,
        )
        logger.info({ signal: stoppedBy }, 'stopped')
      } finally {
        failures.close()
      }
    })
