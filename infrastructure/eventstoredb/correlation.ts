import type { ImportEvent } from '../../domain/events/current.ts'
import { isJsonObject } from '../../domain/json.ts'

/**
 * For the store's own tools: `$by_correlation_id` groups an import with its repetitions and replays, and `$causationId`
 * is the id of the event that a repetition or replay goes back to. A first import starts a conversation, so both are
 * its own id, which is also that of its message.
 */
export const correlationOf = (event: ImportEvent) => {
  const first =
    event.type === 'ImportRepeated'
      ? event.public.first_import_id
      : (event.public.replay_of ?? event.public.import_id)
  return { $correlationId: first, $causationId: first }
}

export const withoutCorrelation = (metadata: unknown): unknown => {
  if (!isJsonObject(metadata)) return metadata
  const { $correlationId, $causationId, ...ours } = metadata
  return ours
}
