import type { ImportId } from '../../domain/ids.ts'
import { isJsonObject, type JsonObject } from '../../domain/json.ts'
import type { ImportRules } from '../../domain/rules.ts'
import { databaseStream, rejectedImportsStream } from '../../domain/streams.ts'
import { importIdOf, reusedIdOf } from '../import-id.ts'
import type { Ids } from '../ports/ids.ts'
import type { Delivery } from '../ports/import-source.ts'
import { jsonIn } from '../read-json.ts'
import { type Received, receiveDefective, receiveMessage } from '../receive-message.ts'
import { isReplayMark } from '../replay-mark.ts'

/** A message that was resubmitted by this program. */
export interface Replay {
  readonly of: ImportId
  /** What was changed in the message before. */
  readonly fixes: ReadonlyArray<JsonObject>
  /** Whether it may overwrite what later imports have changed. */
  readonly overwrite: boolean
}

/** One delivery being processed. */
export interface Attempt {
  readonly delivery: Delivery
  readonly received: Received
  /** The stream that its outcome belongs to. */
  readonly stream: string
  readonly importId: ImportId
  /** True if the source identifies this message, so that its import id shows whether it is done. */
  readonly identified: boolean
  /** If it is proven to be a replay. */
  readonly replay: Replay | undefined
  /** The id under which a repetition is recorded. */
  readonly repetitionId: ImportId
  /** The salt of its event, whatever that will be. */
  readonly salt: string
  /** The id of the event that an earlier try wanted to append. If that event is in the log, this delivery is done. */
  readonly triedAs: ImportId | undefined
}

export type Receive = (delivery: Delivery) => Received

export const attempt = (
  delivery: Delivery,
  receive: Receive,
  ids: Ids,
  replayKey: Uint8Array | undefined,
): Attempt => {
  const received = receive(delivery)
  const identity = importIdOf(delivery.source, delivery.properties)
  return {
    delivery,
    received,
    stream: received.database === undefined ? rejectedImportsStream : databaseStream(received.database),
    importId: delivery.importId ?? identity ?? ids.fresh(),
    identified: identity !== undefined,
    replay: provenReplay(delivery, received.message.sha256, replayKey),
    repetitionId: ids.fresh(),
    salt: ids.salt(),
    triedAs: undefined,
  }
}

const provenReplay = (
  { source, properties, contentEncoding, replayOf, replayMark, fixes, overwrite }: Delivery,
  bodySha256: string,
  key: Uint8Array | undefined,
): Replay | undefined => {
  const listed = fixes === undefined ? [] : listIn(fixes)
  if (replayOf === undefined || listed === undefined) return undefined
  const replay = { of: replayOf, fixes: listed, overwrite: overwrite === true }
  switch (source.kind) {
    case 'ndjson':
      // From this process: a line of a file cannot claim to be a replay.
      return replay
    case 'queue': {
      const { queue } = source
      const marked = { replayOf, queue, properties, contentEncoding, bodySha256, fixes, overwrite }
      const isProven = key !== undefined && replayMark !== undefined && isReplayMark(replayMark, key, marked)
      return isProven ? replay : undefined
    }
  }
}

/** Undefined if it is not a list of objects, as this program writes them. */
const listIn = (fixes: string): ReadonlyArray<JsonObject> | undefined => {
  const list = jsonIn(fixes)
  return Array.isArray(list) && list.every(isJsonObject) ? list : undefined
}

/**
 * An earlier try was not appended, because another process had written to its stream, or to another stream of its batch.
 */
export const hasConflicted = ({ triedAs }: Attempt): boolean => triedAs !== undefined

/** Nothing would show that another owner of the source has done it meanwhile. */
export const isUnrecognizable = ({ identified }: Attempt): boolean => !identified

/** Only its bytes can show whether it is done. */
export const isKnownByItsBytes = (each: Attempt): boolean =>
  each.delivery.redelivered && isUnrecognizable(each)

/** True if a message claims to be a replay without proof. */
export const isUnprovenReplay = ({ delivery, replay }: Attempt): boolean =>
  delivery.replayOf !== undefined && replay === undefined

/**
 * The id under which this body is refused if the import id belongs to another body. Undefined if no other body can have
 * the id.
 */
export const reusedId = ({ delivery, received, importId, identified }: Attempt): ImportId | undefined =>
  identified && delivery.source.kind === 'queue' ? reusedIdOf(importId, received.message.sha256) : undefined

/**
 * If a message makes our code throw, that is our defect: the message is kept and answered with 500, and the others
 * continue.
 */
export const receiveSafely = (rules: ImportRules, onDefect: (error: unknown) => void): Receive => {
  const receive = receiveMessage(rules)
  const receiveAsDefect = receiveDefective(rules.limits)
  return ({ body, contentEncoding }) => {
    try {
      return receive(body, contentEncoding)
    } catch (error) {
      onDefect(error)
      return receiveAsDefect(body, contentEncoding)
    }
  }
}
