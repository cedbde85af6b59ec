// Sends one message and prints its reply. To run it: npm install amqplib && RABBITMQ_URL=amqp://localhost node producer.js
import { connect } from 'amqplib'

const { RABBITMQ_URL = 'amqp://localhost', IMPORT_QUEUE = 'database_import' } = process.env
const { RESULT_QUEUE = 'database_import_result' } = process.env
const data = { _fname: 'John', _city: 'Oslo' }
const body = { account_id: 1, db_id: 1, email: 'john@example.com', feedback_id: 'order-1001', data }
// Use the same id whenever you send this message again: then nothing is imported twice.
const messageId = process.argv[2] ?? 'order-1001'

const connection = await connect(RABBITMQ_URL)
const channel = await connection.createConfirmChannel()
// Returned because there is no such queue. The service declares both queues when it starts.
channel.on('return', () => {
  throw new Error(`the broker has no queue ${IMPORT_QUEUE}`)
})
const options = {
  mandatory: true,
  persistent: true,
  contentType: 'application/json',
  messageId,
  appId: 'crm',
}
channel.sendToQueue(IMPORT_QUEUE, Buffer.from(JSON.stringify(body)), options)
await channel.waitForConfirms()
// One program reads the replies to all messages. A reply may come twice: then its message_id, the import id, is the same.
await channel.consume(RESULT_QUEUE, async (reply) => {
  console.log(reply.properties.correlationId, reply.properties.headers.verdict, reply.content.toString())
  channel.ack(reply)
  if (reply.properties.correlationId !== messageId) return
  await channel.close()
  await connection.close()
})
