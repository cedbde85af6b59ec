import { connect, type Options } from 'amqplib'
import type { Position } from '../application/ports/position.ts'
import type { ImportId } from '../domain/ids.ts'
import { replyMessage } from '../infrastructure/rabbitmq/reply-message.ts'

// Consumes, publishes with confirms and acknowledges as fast as amqplib can. The reply is made once. Messages are
// acknowledged in groups, once the replies of the group and of all earlier ones are confirmed.

const [url = '', imports = '', results = ''] = process.argv.slice(2)
const groupSize = 100

const importId = '290d76b6-6289-55f4-864c-8716a7a1e2b5' as ImportId

const { body, options } = replyMessage(
  {
    body: {
      error: 0,
      error_text: '',
      feedback_id: 'create-123456',
      matching_field: 'email',
      profile_id: '0'.repeat(24),
    },
    importId,
    outcomeOf: importId,
    source: { kind: 'queue', queue: imports },
    properties: { message_id: 'm-123456' },
    verdict: 'created',
    position: '123456' as Position,
  },
  0,
)

const [incoming, outgoing] = [await connect(url), await connect(url)]
const consumer = await incoming.createChannel()
const publisher = await outgoing.createConfirmChannel()
await consumer.prefetch(400)

interface Group {
  unconfirmed: number
  full: boolean
  acknowledge: () => void
}
const groups: Array<Group> = []

const settle = () => {
  for (let [first] = groups; first?.full && first.unconfirmed === 0; [first] = groups) {
    first.acknowledge()
    groups.shift()
  }
}

let taken = 0
await consumer.consume(imports, (message) => {
  if (message === null) return
  if (taken++ % groupSize === 0) groups.push({ unconfirmed: 0, full: false, acknowledge: () => {} })
  const group = groups.at(-1)
  if (group === undefined) return
  group.unconfirmed++
  if (taken % groupSize === 0) {
    group.full = true
    group.acknowledge = () => consumer.ack(message, true)
  }
  publisher.publish('', results, body, options as Options.Publish, () => {
    group.unconfirmed--
    settle()
  })
})
