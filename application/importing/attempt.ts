import type { ImportId } from '../../domain/ids.ts'
import type { ImportRules } from '../../domain/rules.ts'
import { databaseStream, rejectedImportsStream } from '../../domain/streams.ts'
import { importIdOf, reusedIdOf } from '../import-id.ts'
import type { Ids } from '../ports/ids.ts'
import type { Delivery } from '../ports/import-source.ts'
import { type Received, receiveDefective, receiveMessage } from '../receive-message.ts'
import { isReplayMark } from '../replay-mark.ts'

/** One delivery on its way to its outcome. */
export interface Attempt {
  readonly delivery: Delivery
  readonly received: Received
  /** The stream that its outcome belongs to. */
  readonly stream: string
  readonly importId: ImportId
  /** True when the source tells this message from every other, so that its import id says whether it is done. */
  readonly identified: boolean
  /** The import that it replays, when that is known for sure. */
  readonly replayOf: ImportId | undefined
  /** The id under which a repetition is recorded. */
  readonly repetitionId: ImportId
  /** Of its event, whatever that will be. */
  readonly salt: string
  /** The id of the event that an earlier try wanted to append: found in the log, this delivery is done. */
  readonly triedAs?: ImportId
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
    importId: identity ?? ids.fresh(),
    identified: identity !== undefined,
    replayOf: provenReplay(delivery, received.message.sha256, replayKey),
    repetitionId: ids.fresh(),
    salt: ids.salt(),
  }
}

const provenReplay = (
  { source, properties, contentEncoding, replayOf, replayMark }: Delivery,
  bodySha256: string,
  key: Uint8Array | undefined,
): ImportId | undefined => {
  if (replayOf === undefined) return undefined
  switch (source.kind) {
    case 'ndjson':
      // From this very process: a line of a file has no way to say it.
      return replayOf
    case 'queue': {
      const replay = { replayOf, queue: source.queue, properties, contentEncoding, bodySha256 }
      const isProven = key !== undefined && replayMark !== undefined && isReplayMark(replayMark, key, replay)
      return isProven ? replayOf : undefined
    }
  }
}

/** Were it done by another owner of the source meanwhile, nothing would tell. */
export const isUnrecognizable = ({ identified }: Attempt): boolean => !identified

/** Only its bytes can tell whether it is done. */
export const isKnownByItsBytes = (each: Attempt): boolean =>
  each.delivery.redelivered && isUnrecognizable(each)

/** True of a message that says it is a replay, and is not known to be one. */
export const isUnprovenReplay = ({ delivery, replayOf }: Attempt): boolean =>
  delivery.replayOf !== undefined && replayOf === undefined

/** The id under which this body is refused if the import id belongs to another; undefined when nobody else can have the id. */
export const reusedId = ({ delivery, received, importId, identified }: Attempt): ImportId | undefined =>
  identified && delivery.source.kind === 'queue' ? reusedIdOf(importId, received.message.sha256) : undefined

/** A message that makes our code throw is our defect: it is kept and answered with 500, and its neighbours go on. */
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
