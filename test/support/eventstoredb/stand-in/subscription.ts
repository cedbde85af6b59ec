import { randomUUID } from 'node:crypto'
import type { ReadReq } from '@eventstore/db-client/generated/streams_pb.js'
import streams from '@eventstore/db-client/generated/streams_pb.js'
import type { SubscriptionFault } from './faults.ts'
import type { LogRecord, MemoryLog } from './memory-log.ts'
import { type ReadCall, type ReadContext, send } from './read-context.ts'
import { toReadResponse } from './read-response.ts'
import { refusals } from './refusals.ts'

/** From a position to the present, which is announced, then on with new events. */
export const serveSubscription = async (
  { log, faults, sent }: ReadContext,
  call: ReadCall,
  options: ReadReq.Options,
): Promise<void> => {
  const filter = filterOf(options)
  if (filter === undefined)
    return void call.emit('error', refusals.invalid('a filter and its window must be said'))
  let ring = () => {}
  const stopListening = log.onWrite(() => ring())
  call.on('cancelled', () => ring())
  let fault = faults.subscriptions.shift()
  const confirmation = new streams.ReadResp.SubscriptionConfirmation().setSubscriptionId(randomUUID())
  await send(call, new streams.ReadResp().setConfirmation(confirmation))

  let next = firstAfter(log, options)
  let passed = 0
  let given = 0
  let live = false
  while (!call.cancelled) {
    const record = log.all[next]
    if (fault !== undefined && given === fault.events) {
      if (!misbehave(call, fault, log.all[next - 1])) break
      fault = undefined
    }
    if (record !== undefined) {
      next++
      if (filter.lets(record)) {
        given++
        sent.events++
        await send(call, toReadResponse(record))
      }
      if (++passed % filter.window === 0) await send(call, checkpoint(record))
    } else if (!live) {
      live = true
      await send(call, new streams.ReadResp().setCaughtUp(new streams.ReadResp.CaughtUp()))
    } else await new Promise<void>((resolve) => (ring = resolve))
  }
  stopListening()
}

/** Whether the subscription continues. */
const misbehave = (call: ReadCall, { refusal }: SubscriptionFault, last: LogRecord | undefined): boolean => {
  if (refusal === 'last event again') {
    if (last !== undefined) call.write(toReadResponse(last))
    return true
  }
  if (refusal === 'ended') call.end()
  else if (refusal !== 'silence') call.emit('error', refusal)
  return false
}

const firstAfter = ({ all }: MemoryLog, options: ReadReq.Options): number => {
  const place = options.getAll()?.getPosition()
  if (options.getAll()?.hasEnd()) return all.length
  if (place === undefined) return 0
  const after = all.findIndex(({ position }) => position > BigInt(place.getCommitPosition()))
  return after === -1 ? all.length : after
}

interface Filter {
  lets(record: LogRecord): boolean
  /** Events between two checkpoints. */
  readonly window: number
}

const filterOf = (options: ReadReq.Options): Filter | undefined => {
  const filter = options.getFilter()
  const prefixes = filter?.getStreamIdentifier()?.getPrefixList() ?? []
  if (filter === undefined || prefixes.length === 0 || !filter.hasMax()) return undefined
  return {
    lets: ({ stream }) => prefixes.some((prefix) => stream.startsWith(prefix)),
    window: filter.getMax() * filter.getCheckpointintervalmultiplier(),
  }
}

const checkpoint = ({ position }: LogRecord) =>
  new streams.ReadResp().setCheckpoint(
    new streams.ReadResp.Checkpoint()
      .setCommitPosition(String(position))
      .setPreparePosition(String(position)),
  )
