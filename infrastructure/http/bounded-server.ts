import { createServer as createHttpServer, type RequestListener } from 'node:http'
import { createServer, type Server, type Socket } from 'node:net'
import { Duplex } from 'node:stream'

/** Far more than probes and scrapers open at once. */
export const maxConnections = 256
/** Milliseconds that a connection may last, whether it is slow to send or slow to read. */
const maxDuration = 10_000
const maxHeadBytes = 16_384
const endOfHead = '\r\n\r\n'

/**
 * An HTTP server whose cost does not depend on what is sent to it: a connection is read to the end of one request head,
 * gets one answer and is closed. node:http alone would parse everything that is pipelined, 3,000 requests in each 64
 * KiB. If there are too many connections, the oldest is closed, so that a probe always gets through.
 */
export const createBoundedServer = (answer: RequestListener): { readonly tcp: Server; endAll(): void } => {
  const http = createHttpServer(answer)
  const connections = new Set<Socket>()
  const tcp = createServer((socket) => {
    connections.add(socket)
    const [oldest] = connections
    if (oldest !== undefined && connections.size > maxConnections) {
      connections.delete(oldest)
      oldest.destroy()
    }
    const deadline = setTimeout(() => socket.destroy(), maxDuration)
    socket.once('close', () => {
      clearTimeout(deadline)
      connections.delete(socket)
    })
    // A client that disconnects is not our concern.
    socket.on('error', () => {})
    onHead(socket, (head) => http.emit('connection', onlyHead(socket, head)))
  })
  return {
    tcp,
    endAll: () => {
      for (const socket of connections) socket.destroy()
    },
  }
}

/** Reads no further than the packet that the head ends in. */
const onHead = (socket: Socket, use: (head: Buffer) => void): void => {
  let head = Buffer.alloc(0)
  socket.on('data', (chunk: Buffer) => {
    head = Buffer.concat([head, chunk])
    const end = head.indexOf(endOfHead)
    if (end !== -1) {
      socket.pause()
      use(head.subarray(0, end + endOfHead.length))
    } else if (head.length > maxHeadBytes) socket.destroy()
  })
}

/** A connection as seen by node:http: nothing follows the head. */
const onlyHead = (socket: Socket, head: Buffer): Duplex => {
  const connection = new Duplex({
    read: () => {},
    write: (chunk, _encoding, done) => socket.write(chunk, done),
    final: (done) => {
      socket.destroySoon()
      done()
    },
    destroy: (error, done) => {
      socket.destroySoon()
      done(error)
    },
  })
  socket.once('close', () => connection.destroy())
  connection.push(head)
  return connection
}
