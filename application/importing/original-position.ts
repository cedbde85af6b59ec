import type { ImportId } from '../../domain/ids.ts'
import type { AuditIndex } from '../ports/audit-index.ts'
import type { Position } from '../ports/position.ts'
import type { WorkingSet } from './working-set.ts'

/** Without a position if the log does not hold it, because it was restored. */
export type Original = { readonly position: Position | undefined } | 'unknown'

/**
 * Where the log has the import whose message was sent by a producer: a replay may be replayed in its turn.
 * 'unknown' if the audit index does not show one of these imports yet.
 */
export const originalPosition = async (
  auditIndex: AuditIndex,
  replayOf: ImportId,
  workingSet: WorkingSet,
): Promise<Original> => {
  const seen = new Set<ImportId>()
  let position: Position | undefined
  for (let next: ImportId | undefined = replayOf; next !== undefined && !seen.has(next); ) {
    seen.add(next)
    const record = (await auditIndex.lookup([next], [])).records.get(next)
    if (record === undefined && workingSet.import(next) !== undefined) return 'unknown'
    position = record?.position ?? position
    next = record?.replayOf
  }
  return { position }
}
