import type { ReadReq, ReadResp } from '@eventstore/db-client/generated/streams_pb.js'
import type { ServerWritableStream } from '@grpc/grpc-js'
import type { Access } from './access.ts'
import type { Faults } from './faults.ts'
import type { MemoryLog } from './memory-log.ts'

export interface ReadContext {
  readonly log: MemoryLog
  readonly access: Access
  readonly faults: Faults
  /** Counts what subscriptions send. */
  readonly sent: { events: number }
}

export type ReadCall = ServerWritableStream<ReadReq, ReadResp>

/** Waits while the client does not read. */
export const send = async (call: ReadCall, response: ReadResp): Promise<void> => {
  if (call.write(response) || call.cancelled) return
  await new Promise<void>((resolve) => {
    const go = () => {
      call.off('drain', go)
      call.off('cancelled', go)
      resolve()
    }
    call.on('drain', go)
    call.on('cancelled', go)
  })
}
