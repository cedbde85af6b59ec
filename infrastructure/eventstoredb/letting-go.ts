import type { Readable } from 'node:stream'

/**
 * How a read or a subscription of the client is let go, which was made just now, when nobody reads from it any more. To
 * cancel it is not enough: a call that the server has ended already cannot be cancelled, and the client counts it as open
 * until its last message is taken, keeps it, and in `dispose` waits for it. So what the call still holds is thrown away.
 */
export const lettingGo = (stream: Readable, cancel: () => Promise<void>): (() => void) => {
  let call: Readable | undefined
  stream.once('pipe', (source: Readable) => {
    call = source
  })
  return () => {
    // Not sooner: what a call that can be cancelled would still be sent need not come.
    cancel().then(
      () => call?.unpipe().resume(),
      () => {},
    )
  }
}
