import type { EventStore } from './ports/event-store.ts'
import type { Ids } from './ports/ids.ts'
import { type LogIdentity, logEpochOf } from './ports/log-identity.ts'

/**
 * The identity of a log. The first caller creates it. `copiedFrom`: the identity of the log that it will be a copy of.
 */
export const identifyLog = async (
  store: Pick<EventStore, 'readIdentity' | 'writeIdentity'>,
  ids: Pick<Ids, 'fresh'>,
  copiedFrom?: LogIdentity,
): Promise<LogIdentity> => {
  const known = await store.readIdentity()
  if (known !== undefined && (copiedFrom === undefined || known.copied_from !== undefined)) return known
  const identity = {
    ...(known ?? { log_id: ids.fresh(), epoch: 1 }),
    ...(copiedFrom && { copied_from: logEpochOf(copiedFrom) }),
  }
  return (await store.writeIdentity(known, identity)) ? identity : identifyLog(store, ids, copiedFrom)
}
