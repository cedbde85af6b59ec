import shared from '@eventstore/db-client/generated/shared_pb.js'
import grpc from '@eventstore/db-client/generated/streams_grpc_pb.js'
import streams from '@eventstore/db-client/generated/streams_pb.js'
import { credentials } from '@grpc/grpc-js'
import { expect, onTestFinished, test } from 'vitest'
import { creations } from '../../builders/event-builders.ts'
import { appending, aServer, opened } from '../opened.ts'

const stream = 'profiles-1.7'

const options = () => {
  const name = new shared.StreamIdentifier().setStreamName(Buffer.from(stream))
  const content = new streams.AppendReq.Options().setStreamIdentifier(name).setNoStream(new shared.Empty())
  return new streams.AppendReq().setOptions(content)
}

const anEvent = () => {
  const id = new shared.UUID().setString('00000000-0000-4000-8000-000000000001')
  const proposed = new streams.AppendReq.ProposedMessage().setId(id)
  proposed.getMetadataMap().set('type', 'Happened').set('content-type', 'application/json')
  return new streams.AppendReq().setProposedMessage(proposed)
}

test('the stand-in writes no part of an append that breaks off before its last event', async () => {
  const server = await aServer()
  const client = new grpc.StreamsClient(new URL(server.url).host, credentials.createInsecure())
  onTestFinished(() => client.close())
  for (const _ of Array.from({ length: 5 })) {
    const ended = new Promise((resolve) => {
      const call = client.append(resolve)
      call.write(options())
      call.write(anEvent(), () => setTimeout(() => call.cancel(), 20))
    })
    expect(await ended).toMatchObject({ message: '1 CANCELLED: Cancelled on client' })
  }
  const store = opened(server.url)
  expect(await appending(store, stream, -1, creations(0, 1))).toMatchObject({ tag: 'Appended' })
  expect(await store.readStream(stream, 0, 10)).toHaveLength(1)
})
