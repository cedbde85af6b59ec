import { gzipSync } from 'node:zlib'
import { ResponderBuilder, ServerInterceptingCall, type ServerInterceptor } from '@grpc/grpc-js'

/** Whether answers are compressed. */
export interface Compression {
  on: boolean
}

/**
 * Compresses answers like newer servers. Their library turns an empty message into no bytes at all, marked as
 * compressed, which is not valid gzip.
 */
export const compressing =
  (compression: Compression): ServerInterceptor =>
  (_, call) => {
    if (!compression.on) return new ServerInterceptingCall(call)
    // The library cannot compress what it sends.
    const serialize: unknown = Reflect.get(call, 'serializeMessage')
    if (typeof serialize !== 'function') throw new Error('unexpected version of grpc-js')
    Reflect.set(call, 'serializeMessage', (message: unknown) => compressed(serialize.call(call, message)))
    const responder = new ResponderBuilder().withSendMetadata((metadata, next) => {
      metadata.set('grpc-encoding', 'gzip')
      next(metadata)
    })
    return new ServerInterceptingCall(call, responder.build())
  }

/** From a frame: a flag, the length in 4 bytes, the message. */
const compressed = (frame: Buffer): Buffer => {
  const message = frame.subarray(5)
  const body = message.length === 0 ? message : gzipSync(message)
  const head = Buffer.alloc(5)
  head.writeUInt8(1, 0)
  head.writeUInt32BE(body.length, 1)
  return Buffer.concat([head, body])
}
