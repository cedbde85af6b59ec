import * as t from 'io-ts'
import { importIdCodec } from '../../domain/ids.ts'

const logEpoch = t.type({ log_id: importIdCodec, epoch: t.number })

const logIdentityCodec = t.intersection([
  logEpoch,
  t.partial({
    /** The log that this one was copied from. */
    copied_from: logEpoch,
  }),
])

/**
 * Distinguishes a log from every other by its `log_id`, a UUID, and from its own past by its `epoch`, starting at 1: a
 * restored log reuses positions for other events.
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
