import type { Command } from 'commander'
import type { ImportQuery } from '../../application/ports/audit-index.ts'
import { history } from '../../application/questions/history.ts'
import { type ImportId, profileIdCodec } from '../../domain/ids.ts'
import { CommandFailed, type CommonOptions, reading, UsageError } from './command-context.ts'
import { historyLine } from './format-event.ts'
import { print } from './output.ts'
import { importId } from './parse-options.ts'

interface HistoryOptions extends CommonOptions {
  readonly profile?: string
  readonly feedbackId?: string
  readonly import?: ImportId
}

export const addHistory = (command: Command): Command =>
  command
    .command('history')
    .summary('show what happened, oldest first: message, match, changes')
    .description(
      'Prints the history of a profile, of the messages with a feedback_id, or of an import with its ' +
        'repetitions and replays: one line per event, oldest first. Exits with 1 if there is none.',
    )
    .option('--profile <id>', 'profile id')
    .option('--feedback-id <id>', 'feedback_id of the messages')
    .option('--import <id>', 'import id', importId)
    .action((options: HistoryOptions) => {
      const asked = query(options)
      return reading(options, async ({ auditIndex, eventStore }) => {
        let found = false
        for await (const entry of history(auditIndex, eventStore, asked)) {
          found = true
          await print(historyLine(entry))
        }
        if (!found) throw new CommandFailed('no events found')
      })
    })

const query = ({ profile, feedbackId, import: imported }: HistoryOptions): ImportQuery => {
  if ([profile, feedbackId, imported].filter((option) => option !== undefined).length !== 1) {
    throw new UsageError(['give exactly one of --profile, --feedback-id, --import'])
  }
  if (imported !== undefined) return { by: 'import', importId: imported }
  if (feedbackId !== undefined) return { by: 'feedback', feedbackId }
  const profileId = profile?.toLowerCase()
  if (!profileIdCodec.is(profileId)) throw new UsageError(['--profile: must be 24 hex digits'])
  return { by: 'profile', profileId }
}
