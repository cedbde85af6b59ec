import { setImmediate as nextTurn } from 'node:timers/promises'
import shared from '@eventstore/db-client/generated/shared_pb.js'
import type { IStreamsServer } from '@eventstore/db-client/generated/streams_grpc_pb.js'
import type { AppendReq, AppendResp } from '@eventstore/db-client/generated/streams_pb.js'
import streams from '@eventstore/db-client/generated/streams_pb.js'
import type { StatusObject } from '@grpc/grpc-js'
import { type Access, refusalOf } from './access.ts'
import type { Faults } from './faults.ts'
import type { Expected, MemoryLog, Written } from './memory-log.ts'
import type { ProposedEvent } from './proposed-event.ts'
import { refusals } from './refusals.ts'

export interface AppendContext {
  readonly log: MemoryLog
  readonly access: Access
  readonly faults: Faults
  cut(): void
}

const contentTypes: ReadonlySet<string> = new Set(['application/json', 'application/octet-stream'])
const uuid = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i

/** One append in a separate call: options first, then the events. */
export const appendCall =
  (context: AppendContext): IStreamsServer['append'] =>
  (call, answer) => {
    const requests: Array<AppendReq> = []
    call.on('data', (request) => requests.push(request))
    call.on('error', () => {})
    call.on('end', async () => {
      // A call that breaks off also ends, as cancelled: it may lack events, and must not be written.
      await nextTurn()
      if (call.cancelled) return
      const append = decode(requests)
      const action = typeof append === 'string' ? undefined : `append to ${append.stream}`
      const refused = refusalOf(context.access, call.metadata, action)
      if (refused !== undefined) return answer(refused)
      await respond(context, append, answer)
    })
  }

type Answer = (error: StatusObject | null, response?: AppendResp) => void

const respond = async (
  { log, faults, cut }: AppendContext,
  append: ReturnType<typeof decode>,
  answer: Answer,
): Promise<void> => {
  if (typeof append === 'string') return answer(refusals.invalid(append))
  const apply = () => log.append(append.stream, append.expected, append.events)
  const reply = (written: Written) => {
    if (written.tag === 'TooLarge') answer(refusals.tooLarge(written.limit))
    else answer(null, toResponse(written, append.expected))
  }
  const fault = faults.takeAppendFault(append.stream)
  switch (fault?.tag) {
    case undefined:
      return reply(apply())
    case 'Cut':
      if (fault.applied) apply()
      return cut()
    case 'Unanswered':
      apply()
      return
    case 'AnsweredUnreadably':
      apply()
      return answer(refusals.unreadable())
    case 'AnsweredLate': {
      const written = apply()
      await fault.until
      return reply(written)
    }
    case 'AppliedLate':
      await fault.until
      return reply(apply())
    case 'Refused':
      return answer(fault.refusal)
  }
}

/** The append, or what is wrong with it. */
const decode = (
  requests: ReadonlyArray<AppendReq>,
): { stream: string; expected: Expected; events: ReadonlyArray<ProposedEvent> } | string => {
  const [first, ...rest] = requests
  const options = first?.getOptions()
  if (options === undefined) return 'the first message must hold the options'
  const stream = Buffer.from(options.getStreamIdentifier()?.getStreamName_asU8() ?? []).toString()
  const expected = expectedOf(options)
  if (stream === '' || expected === undefined) return 'stream and expected revision must be said'
  const events: Array<ProposedEvent> = []
  for (const request of rest) {
    const proposed = request.getProposedMessage()
    const [id, type, contentType] = [
      proposed?.getId()?.getString() ?? '',
      proposed?.getMetadataMap().get('type'),
      proposed?.getMetadataMap().get('content-type'),
    ]
    if (proposed === undefined || !uuid.test(id)) return 'the id of an event must be a UUID'
    if (!type || !contentType || !contentTypes.has(contentType)) return 'type and content-type must be said'
    events.push({
      id: id.toLowerCase(),
      type,
      contentType,
      data: proposed.getData_asU8(),
      metadata: proposed.getCustomMetadata_asU8(),
    })
  }
  return { stream, expected, events }
}

const expectedOf = (options: AppendReq.Options): Expected | undefined => {
  if (options.hasAny()) return 'any'
  if (options.hasNoStream()) return 'no stream'
  if (options.hasStreamExists()) return 'stream exists'
  return options.hasRevision() ? Number(options.getRevision()) : undefined
}

const toResponse = (written: Exclude<Written, { tag: 'TooLarge' }>, expected: Expected): AppendResp => {
  const response = new streams.AppendResp()
  if (written.tag === 'WrongExpectedVersion') {
    const wrong = new streams.AppendResp.WrongExpectedVersion()
    if (written.current === -1) wrong.setCurrentNoStream(new shared.Empty())
    else wrong.setCurrentRevision(String(written.current))
    if (typeof expected === 'number') wrong.setExpectedRevision(String(expected))
    else wrong.setExpectedNoStream(new shared.Empty())
    return response.setWrongExpectedVersion(wrong)
  }
  const success = new streams.AppendResp.Success().setCurrentRevision(String(written.revision))
  if (written.tag === 'Idempotent') success.setNoPosition(new shared.Empty())
  else {
    const place = new streams.AppendResp.Position()
    const position = String(written.position)
    success.setPosition(place.setCommitPosition(position).setPreparePosition(position))
  }
  return response.setSuccess(success)
}
