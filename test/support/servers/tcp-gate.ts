import { connect, createServer, type Socket } from 'node:net'

/** A port in front of another port, whose connections can be cut. */
export interface TcpGate {
  readonly port: number
  /** Breaks all connections, as a network does. */
  cut(): void
  /** Refuses connections, or accepts them again. */
  closed: boolean
  /** Keeps connections open, accepts new ones, and forwards nothing any more. */
  fallSilent(): void
  dispose(): Promise<void>
}

export const openTcpGate = async (target: number, port = 0): Promise<TcpGate> => {
  const sockets = new Set<Socket>()
  let silent = false
  const cut = () => {
    for (const socket of sockets) socket.resetAndDestroy()
  }
  const keep = (socket: Socket, other: Socket) => {
    sockets.add(socket.setNoDelay())
    socket.on('error', () => {})
    socket.on('close', () => {
      sockets.delete(socket)
      other.destroy()
    })
    if (!silent) socket.pipe(other)
  }
  const server = createServer((near) => {
    if (gate.closed) {
      near.resetAndDestroy()
      return
    }
    const far = connect(target, '127.0.0.1')
    keep(near, far)
    keep(far, near)
  })
  await new Promise<void>((resolve, reject) =>
    server.once('error', reject).listen(port, '127.0.0.1', resolve),
  )
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no TCP port')
  const gate: TcpGate = {
    port: address.port,
    closed: false,
    cut,
    fallSilent: () => {
      silent = true
      for (const socket of sockets) socket.unpipe()
    },
    dispose: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        cut()
      }),
  }
  return gate
}
