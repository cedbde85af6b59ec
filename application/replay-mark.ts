import { createHmac, timingSafeEqual } from 'node:crypto'
import type { MessageProperties } from '../domain/events/current.ts'
import type { ImportId } from '../domain/ids.ts'
import type { EventStore } from './ports/event-store.ts'

/** A replay, with everything that its outcome, its id and its record depend on. */
export interface MarkedReplay {
  readonly replayOf: ImportId
  readonly queue: string
  readonly properties: MessageProperties
  readonly contentEncoding: string | undefined
  /** SHA-256 of the message body, hex. */
  readonly bodySha256: string
  /** As in `ReplayClaim`. */
  readonly fixes?: string | undefined
  readonly overwrite?: boolean | undefined
}

type SecretStore = Pick<EventStore, 'readSecret' | 'writeSecret'>

/** Its name among the secrets of the log. */
export const replayKeyName = 'replay-marks'

/** Undefined until something was replayed through a queue. */
export const findReplayKey = (store: Pick<SecretStore, 'readSecret'>): Promise<Uint8Array | undefined> =>
  store.readSecret(replayKeyName)

/**
 * The key shared by every process that uses this log. The first process that needs it creates it. `fresh` gives
 * `secretBytes` random bytes.
 */
export const makeReplayKey = async (store: SecretStore, fresh: () => Uint8Array): Promise<Uint8Array> => {
  const known = await findReplayKey(store)
  if (known !== undefined) return known
  const made = fresh()
  if (await store.writeSecret(replayKeyName, undefined, made)) return made
  const others = await findReplayKey(store)
  if (others === undefined) throw new Error('the key of the replay marks is gone')
  return others
}

/**
 * Proves that this program published a replay; on the queue, anyone can claim to replay an import. The mark is
 * worthless on another body, under another id or in another queue, and the same message again is a repetition.
 */
export const replayMark = (key: Uint8Array, replay: MarkedReplay): string => {
  const { fixes, overwrite = false } = replay
  const { message_id, app_id, correlation_id, base64 } = replay.properties
  const ids = [message_id, app_id, correlation_id, base64?.message_id, base64?.app_id, base64?.correlation_id]
  const parts = ['replay', replay.replayOf, replay.queue, replay.contentEncoding, replay.bodySha256, ...ids]
  // Without them, the mark is that of programs that knew neither.
  const options = fixes !== undefined || overwrite ? [fixes, overwrite] : []
  // As JSON, so that different lists have different texts; absent values are null.
  const said = JSON.stringify([...parts, ...options].map((part) => part ?? null))
  return createHmac('sha256', key).update(said).digest('hex')
}

export const isReplayMark = (mark: string, key: Uint8Array, replay: MarkedReplay): boolean => {
  const [said, right] = [Buffer.from(mark), Buffer.from(replayMark(key, replay))]
  return said.length === right.length && timingSafeEqual(said, right)
}
