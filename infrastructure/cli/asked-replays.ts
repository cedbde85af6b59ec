import * as E from 'fp-ts/lib/Either.js'
import type { ImportQuery } from '../../application/ports/audit-index.ts'
import { type RefusalCriteria, refusalsOf } from '../../application/questions/refusals.ts'
import { type Replay, type ReplaysOptions, replayOfImport, replaysOf } from '../../application/replay.ts'
import type { ImportId } from '../../domain/ids.ts'
import type { Stores } from '../composition-root/stores.ts'
import { CommandFailed, UsageError } from './command-context.ts'

/** The options that say what to replay. */
export interface ReplayQuery {
  readonly import?: ImportId
  readonly code?: number
  readonly since?: string
  readonly group?: RefusalCriteria
  readonly applied?: true
}

/** Which messages are replayed. */
type Asked =
  | Extract<ImportQuery, { readonly by: 'import' | 'code' }>
  | { readonly by: 'group'; readonly criteria: RefusalCriteria }

/** @throws UsageError */
export const askedFor = ({ import: importId, code, since, group, applied }: ReplayQuery): Asked => {
  if ([importId, code, group].filter((option) => option !== undefined).length > 1) throw chooseOne()
  if (since !== undefined && code === undefined) throw new UsageError(['--since requires --code'])
  if (importId !== undefined) return { by: 'import', importId }
  if (group !== undefined) return { by: 'group', criteria: group }
  if (code === undefined) throw chooseOne()
  if (code === 0 && !applied)
    throw new UsageError(['--code: 0 means imports that were not refused, which needs --applied'])
  return { by: 'code', code, ...(since === undefined ? {} : { since }) }
}

const chooseOne = () => new UsageError(['give one of --import, --code, --group'])

/** @throws CommandFailed */
export async function* replaysAsked(
  asked: Asked,
  { auditIndex, eventStore }: Stores,
  how: ReplaysOptions,
): AsyncGenerator<Replay> {
  switch (asked.by) {
    case 'code':
      return yield* replaysOf(auditIndex, eventStore, auditIndex.find(asked), how)
    case 'group':
      return yield* replaysOf(auditIndex, eventStore, refusalsOf(auditIndex, eventStore, asked.criteria), how)
    case 'import': {
      const replay = await replayOfImport(auditIndex, eventStore, asked.importId, how)()
      if (E.isRight(replay)) yield replay
      else if (replay.left === 'no_such_import') throw new CommandFailed('no such import')
      else yield E.left(replay.left)
    }
  }
}
