import type { Readable } from 'node:stream'

/**
 * Releases a new read or subscription of the client when its consumer stops. Cancelling is not enough: a call that the
 * server has already ended cannot be cancelled, and the client counts it as open until its last message is read, keeps
 * it, and waits for it in `dispose`. So the rest of the call is read and discarded.
 */
export const lettingGo = (stream: Readable, cancel: () => Promise<void>): (() => void) => {
  let call: Readable | undefined
  stream.once('pipe', (source: Readable) => {
    call = source
  })
  return () => {
    // Not earlier: a call that can be cancelled need not receive the rest.
    cancel().then(
      () => call?.unpipe().resume(),
      () => {},
    )
  }
}
