import { Command } from 'commander'
import { escapeUnseen } from '../../domain/escape-unseen.ts'
import { settingsHelp } from '../config/settings.ts'
import { redactUrl } from '../log/redact-url.ts'
import { version } from '../system/version.ts'
import { addBackup } from './backup.ts'
import { addCheckConfig } from './check-config.ts'
import { addCopy } from './copy.ts'
import { addEvents } from './events.ts'
import { addEvidence } from './evidence.ts'
import { addExplain } from './explain.ts'
import { addFind } from './find.ts'
import { addHistory } from './history.ts'
import { addImport } from './import.ts'
import { addInstallProjections } from './install-projections.ts'
import { sayError } from './output.ts'
import { addProfile } from './profile.ts'
import { addRebuild } from './rebuild.ts'
import { addRefusals } from './refusals.ts'
import { addReplay } from './replay.ts'
import { addRestore } from './restore.ts'
import { addSearch } from './search.ts'
import { addSend } from './send.ts'
import { addServe } from './serve.ts'
import { addStatus } from './status.ts'
import { addVerify } from './verify.ts'
import { addWhatIf } from './what-if.ts'

const commands = [
  addServe,
  addImport,
  addSend,
  addProfile,
  addFind,
  addHistory,
  addSearch,
  addExplain,
  addEvidence,
  addRefusals,
  addEvents,
  addReplay,
  addWhatIf,
  addRebuild,
  addVerify,
  addStatus,
  addCheckConfig,
  addInstallProjections,
  addBackup,
  addRestore,
  addCopy,
]

/** The command line. Throws CommanderError, UsageError and CommandFailed. */
export const program = (): Command => {
  const root = new Command('profile-importer')
    .description(
      'Imports customer profiles from a queue or NDJSON, records every outcome as an event, and answers every message.',
    )
    .version(version())
    .exitOverride()
    .configureOutput({
      writeErr: (text) => process.stderr.write(escapeUnseen(redactUrl(text))),
      outputError: (text) =>
        sayError(
          redactUrl(
            text
              .trimEnd()
              .replace(/^error: /, '')
              .replaceAll('\n', ' '),
          ),
        ),
    })
    .configureHelp({ showGlobalOptions: true })
    .addHelpText('after', () => `\n${afterHelp()}`)
  for (const add of commands) {
    add(root)
      .option('--data <dir>', 'folder of the embedded stores', './data')
      .option('--config <file>', 'settings as JSON (default: ./main.json if it exists)')
      .exitOverride()
  }
  return root
}

const afterHelp = (): string =>
  [
    'Every command has its own --help. Data goes to standard output, everything else to standard error.',
    'Exit status: 0 success, 1 failure, 2 wrong usage or configuration.',
    '',
    'Settings, in main.json or as environment variables, which take precedence:',
    ...settingsHelp().map((line) => `  ${line}`),
    '',
    'First steps:',
    '  profile-importer import messages.ndjson      import a file into ./data',
    '  profile-importer history --profile ID        show what happened to a profile',
    '  RABBITMQ_URL=amqp://localhost profile-importer serve',
  ].join('\n')
