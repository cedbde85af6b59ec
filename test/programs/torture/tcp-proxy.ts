import { connect, createServer, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

/** Stands between a client and a server, and treats their bytes like a bad network. */
export interface TcpProxy {
  /** The URL of the server through the proxy. */
  readonly url: string
  /** Ends every open connection. */
  cut(): void
  /** From now on bytes are swallowed, towards the server or in both directions. */
  swallow(directions: 'to-server' | 'both'): void
  /** From now on every chunk is delayed by this many milliseconds. */
  delay(milliseconds: number): void
  /** Bytes pass again, even on open connections: cut these after swallowing. */
  heal(): void
  close(): Promise<void>
}

/** In front of the only local server that a URL names, including its port. */
export const startTcpProxy = async (serverUrl: string): Promise<TcpProxy> => {
  const url = new URL(serverUrl)
  const serverPort = Number(url.port)
  const sockets = new Set<Socket>()
  let swallowing: 'nothing' | 'to-server' | 'both' = 'nothing'
  let latency = 0

  const forward = async (from: Socket, to: Socket, swallows: () => boolean) => {
    try {
      for await (const piece of from) {
        if (swallows()) continue
        if (latency > 0) await sleep(latency)
        if (!to.write(piece)) await new Promise((resolve) => to.once('drain', resolve).once('close', resolve))
      }
    } catch {
      // When one end is reset, so is the other.
    }
    to.destroy()
  }
  const track = (socket: Socket) => {
    sockets.add(socket)
    socket.setNoDelay(true)
    socket.on('error', () => {})
    socket.on('close', () => sockets.delete(socket))
  }
  const server = createServer((client) => {
    const upstream = connect(serverPort, '127.0.0.1')
    track(client)
    track(upstream)
    void forward(client, upstream, () => swallowing !== 'nothing')
    void forward(upstream, client, () => swallowing === 'both')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the proxy has no port')
  url.port = String(address.port)

  const cut = () => {
    for (const socket of sockets) socket.resetAndDestroy()
  }
  return {
    url: url.href,
    cut,
    swallow: (directions) => {
      swallowing = directions
    },
    delay: (milliseconds) => {
      latency = milliseconds
    },
    heal: () => {
      swallowing = 'nothing'
      latency = 0
    },
    close: async () => {
      const closed = new Promise((resolve) => server.close(resolve))
      cut()
      await closed
    },
  }
}
