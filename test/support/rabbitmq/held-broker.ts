import { connect, createServer, type Socket } from 'node:net'
import { onTestFinished } from 'vitest'

/** Class and method as in a frame. */
const channelOpen = Buffer.from([0, 20, 0, 10])

/** A broker that falls silent: whatever a client sends then is held until it is released. */
export interface HeldBroker {
  readonly url: string
  /** Resolves when a client opens a channel, which is held. */
  readonly opensChannel: Promise<void>
  /** Resolves when the client has closed its socket. */
  readonly left: Promise<void>
  release(): void
}

/**
 * In front of the real broker, for one test and one client. Holds the `nth` opening of a channel and everything after
 * it.
 */
export const holdingBroker = async (url: string, nth = 1): Promise<HeldBroker> => {
  const target = new URL(url)
  const sockets: Array<Socket> = []
  const kept: Array<Buffer> = []
  let openings = 0
  let released = false
  let far: Socket | undefined
  let [onOpen, onLeft] = [() => {}, () => {}]
  const opensChannel = new Promise<void>((resolve) => (onOpen = resolve))
  const left = new Promise<void>((resolve) => (onLeft = resolve))
  const server = createServer((near) => {
    const broker = connect(Number(target.port || 5672), target.hostname)
    far = broker
    sockets.push(near, broker)
    for (const socket of [near, broker]) socket.on('error', () => {})
    broker.pipe(near)
    near.on('close', () => {
      onLeft()
      broker.destroy()
    })
    near.on('data', (chunk: Buffer) => {
      if (chunk.includes(channelOpen)) openings++
      if (openings < nth || released) broker.write(chunk)
      else {
        kept.push(chunk)
        onOpen()
      }
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  const address = server.address()
  const held = new URL(url)
  held.host = `127.0.0.1:${typeof address === 'object' ? address?.port : ''}`
  return {
    url: held.href,
    opensChannel,
    left,
    release: () => {
      released = true
      for (const chunk of kept.splice(0)) far?.write(chunk)
    },
  }
}
