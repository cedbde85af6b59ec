import * as t from 'io-ts'
import { importIdCodec } from '../../domain/ids.ts'
import { positionCodec } from './position.ts'

export const logEpochCodec = t.type({ log_id: importIdCodec, epoch: t.number })

/** A log in one of its epochs: what a checkpoint is a position of. */
export type LogEpoch = Readonly<t.TypeOf<typeof logEpochCodec>>

/** Without the rest of an identity. */
export const logEpochOf = ({ log_id, epoch }: LogEpoch): LogEpoch => ({ log_id, epoch })

const forkCodec = t.type({
  /** The epoch that begins here. */
  epoch: t.number,
  /** The last position that it shares with what came before. */
  after: positionCodec,
  /** RFC 3339, UTC. */
  time: t.string,
})

/** Where a backup was restored: the log goes on with other events than it once held after this position. */
export type Fork = Readonly<t.TypeOf<typeof forkCodec>>

const logIdentityCodec = t.intersection([
  logEpochCodec,
  t.partial({
    /** The log that this one was copied from. */
    copied_from: logEpochCodec,
    /** Oldest first; none if absent. */
    forks: t.readonlyArray(forkCodec),
  }),
])

/**
 * Distinguishes a log from every other by its `log_id`, a UUID, and from its own past by its `epoch`: 1 at first, and
 * another after each restore, because a restored log reuses positions for other events.
 */
export type LogIdentity = Readonly<t.TypeOf<typeof logIdentityCodec>>

/** An identity as stores keep it, as JSON; undefined if the text is not one. */
export const logIdentityIn = (text: string): LogIdentity | undefined => {
  try {
    const identity: unknown = JSON.parse(text)
    return logIdentityCodec.is(identity) ? identity : undefined
  } catch {
    return undefined
  }
}
