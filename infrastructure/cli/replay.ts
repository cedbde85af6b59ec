import type { Command } from 'commander'
import * as E from 'fp-ts/lib/Either.js'
import type { ImportQuery } from '../../application/ports/audit-index.ts'
import { type RefusalCriteria, refusalsOf } from '../../application/questions/refusals.ts'
import {
  type MessageToReplay,
  type NotReplayed,
  type Replay,
  replayOfImport,
  replaysOf,
} from '../../application/replay.ts'
import type { ImportId } from '../../domain/ids.ts'
import type { Stores } from '../composition-root/stores.ts'
import { counted } from '../text/counted.ts'
import { brokerConfigOf, CommandFailed, type CommonOptions, changing, UsageError } from './command-context.ts'
import { importReplays } from './import-replays.ts'
import { print, say } from './output.ts'
import { importId, time, wholeNumber } from './parse-options.ts'
import { refusalGroup } from './refusal-group-id.ts'

interface ReplayOptions extends CommonOptions {
  readonly import?: ImportId
  readonly code?: number
  readonly since?: string
  readonly group?: RefusalCriteria
}

export const addReplay = (command: Command): Command =>
  command
    .command('replay')
    .summary('resubmit kept messages as new imports')
    .description(
      'Resubmits the message of an import, or the messages of all imports that were answered with a code, or are in ' +
        'a group of refusals, and were not replayed since. Each becomes a new import that names the old one (replay_of). With RABBITMQ_URL, ' +
        'they are published to IMPORT_QUEUE for the service to import; without it, they are imported here, and ' +
        'the replies are printed.',
    )
    .option('--import <id>', 'the import to replay', importId)
    .option('--code <n>', 'all imports with this reply code, such as 500', wholeNumber)
    .option(
      '--since <time>',
      'with --code: only messages taken from their source at or after this time, such as 2026-01-31T12:00:00+01:00, ' +
        'or this date (midnight UTC)',
      time,
    )
    .option('--group <id>', 'all imports of this group, as printed by `refusals`', refusalGroup)
    .action((options: ReplayOptions) => {
      const asked = query(options)
      return changing(options, async (stores, config) => {
        const counts = { replayed: 0, truncated: 0, unreadable: 0, replayed_before: 0 }
        const messages = keptMessages(replays(asked, stores), counts)
        if (config.RABBITMQ_URL === undefined) await importReplays(options, stores, config, messages)
        else {
          const broker = brokerConfigOf(config)
          const { publishReplays } = await import('./publish-replays.ts')
          await publishReplays(broker, stores.eventStore, messages)
        }
        if (counts.truncated > 0)
          say(`${counted(counts.truncated, 'message')} not replayed: too large to be kept whole`)
        if (counts.unreadable > 0)
          say(`${counted(counts.unreadable, 'message')} not replayed: the event is unreadable`)
        if (counts.replayed_before > 0)
          say(`${counted(counts.replayed_before, 'message')} skipped: replayed before`)
        if (config.RABBITMQ_URL === undefined) say(`${counts.replayed} replayed`)
        else await print({ ...counts, queue: config.IMPORT_QUEUE })
        if (options.import !== undefined && counts.replayed === 0)
          throw new CommandFailed('nothing was replayed')
      })
    })

type Asked =
  | Extract<ImportQuery, { readonly by: 'import' | 'code' }>
  | { readonly by: 'group'; readonly criteria: RefusalCriteria }

const query = ({ import: importId, code, since, group }: ReplayOptions): Asked => {
  if ([importId, code, group].filter((option) => option !== undefined).length > 1) throw chooseOne()
  if (since !== undefined && code === undefined) throw new UsageError(['--since requires --code'])
  if (importId !== undefined) return { by: 'import', importId }
  if (group !== undefined) return { by: 'group', criteria: group }
  if (code === undefined) throw chooseOne()
  if (code === 0)
    throw new UsageError([
      '--code: must not be 0, which would repeat what is done; use --import for one import',
    ])
  return { by: 'code', code, ...(since === undefined ? {} : { since }) }
}

const chooseOne = () => new UsageError(['give one of --import, --code, --group'])

async function* replays(asked: Asked, { auditIndex, eventStore }: Stores): AsyncGenerator<Replay> {
  switch (asked.by) {
    case 'code':
      return yield* replaysOf(auditIndex, eventStore, auditIndex.find(asked))
    case 'group':
      return yield* replaysOf(auditIndex, eventStore, refusalsOf(auditIndex, eventStore, asked.criteria))
    case 'import': {
      const replay = await replayOfImport(auditIndex, eventStore, asked.importId)()
      if (E.isRight(replay)) yield replay
      else if (replay.left === 'no_such_import') throw new CommandFailed('no such import')
      else yield E.left(replay.left)
    }
  }
}

async function* keptMessages(
  replays: AsyncIterable<Replay>,
  counts: Record<NotReplayed | 'replayed', number>,
): AsyncGenerator<MessageToReplay> {
  for await (const replay of replays) {
    counts[E.isLeft(replay) ? replay.left : 'replayed'] += 1
    if (E.isRight(replay)) yield replay.right
  }
}
