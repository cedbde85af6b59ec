import { connect } from 'amqplib'
import { MongoClient } from 'mongodb'
import { type CrudProfile, matching, mergeOf, newProfileId, parseMessage } from './crud-profile.ts'

// What a user would write instead: for each message a find, an upsert, a confirmed reply and an acknowledgement, with 200
// messages in flight. No history, no order, and a message that is delivered twice counts twice.

const [brokerUrl = '', mongodbUrl = '', imports = '', results = ''] = process.argv.slice(2)

const client = await new MongoClient(mongodbUrl).connect()
const profiles = client.db().collection<CrudProfile>('profiles')
const [incoming, outgoing] = [await connect(brokerUrl), await connect(brokerUrl)]
const consumer = await incoming.createChannel()
const publisher = await outgoing.createConfirmChannel()
await consumer.prefetch(200)

let taken = 0

const handle = async (body: Buffer): Promise<void> => {
  const message = parseMessage(body)
  const order = taken++
  const found = await profiles.findOne(matching(message))
  const _id = found?._id ?? newProfileId()
  await profiles.updateOne({ _id }, mergeOf(message, order), { upsert: true })
  const reply = {
    error: 0,
    error_text: '',
    feedback_id: message.feedback_id,
    matching_field: 'email',
    profile_id: _id,
  }
  await new Promise<void>((resolve, reject) => {
    publisher.publish('', results, Buffer.from(JSON.stringify(reply)), { persistent: true }, (error) =>
      error ? reject(error) : resolve(),
    )
  })
}

await consumer.consume(imports, async (message) => {
  if (message === null) return
  await handle(message.content)
  consumer.ack(message)
})
