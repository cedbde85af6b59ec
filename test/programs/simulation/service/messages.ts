import { hash } from 'node:crypto'
import fc from 'fast-check'
import { importIdOf } from '../../../../application/import-id.ts'
import type { MessageProperties } from '../../../../domain/events/current.ts'
import { profileIdOf } from '../../../../domain/ids.ts'
import type { JsonObject } from '../../../../domain/json.ts'
import { arbitraryMessage } from '../../../support/builders/arbitrary-messages.ts'
import { bytesOf } from '../../../support/builders/message-builders.ts'
import type { Published } from '../broker/queue-entry.ts'
import type { Random } from '../world/random.ts'

/** Of every kind, many of them refused; made once, because making them takes longer than importing them. */
const variety: ReadonlyArray<JsonObject> = fc.sample(arbitraryMessage(), { numRuns: 500, seed: 1 })

/** Few profiles, so that messages often act on the same ones; and counters, so that a lost or doubled message shows. */
const plain = (random: Random, known: ReadonlyArray<string>): JsonObject => {
  const person = random.integer(0, 5)
  const by = random.pick<JsonObject>(
    { email: `p${person}@example.com` },
    { email: `p${person}@example.com` },
    { matching: 'phone', phone: `+7900000000${person}` },
    { matching: 'custom', field_name: 'CRM_ID', field_value: `c${person}` },
    { matching: 'custom', field_name: 'ext', field_value: `x${person}` },
    { matching: 'email_phone', email: `p${person}@example.com`, phone: `+7900000000${random.integer(0, 5)}` },
    ...known.map((profile_id) => ({ matching: 'profile_id', profile_id })),
  )
  return {
    ...by,
    account_id: 1,
    db_id: random.integer(1, 2),
    ...(random.chance(0.1) ? { update_only: true } : {}),
    data: {
      visits: { action: 'incr', value: 1 },
      ...(random.chance(0.2) ? { CRM_ID: `c${random.integer(0, 5)}` } : {}),
      ...(random.chance(0.2) ? { email: `p${random.integer(0, 5)}@example.com` } : {}),
      ...(random.chance(0.2)
        ? { segments: { action: random.pick('add', 'delete'), value: [`s${person}`] } }
        : {}),
    },
  }
}

const message = (about: Omit<Published, 'sha256'>): Published => ({
  ...about,
  sha256: hash('sha256', about.body, 'hex'),
})

/**
 * As its producer sends it once more. Without an id it is another message to everybody; another body lets the oracle
 * tell the two apart.
 */
export const sentAgain = (sent: Published): Published =>
  sent.properties.message_id === undefined
    ? message({ ...sent, body: Buffer.concat([sent.body, Buffer.from(' ')]) })
    : sent

const garbage = (n: number): Uint8Array => new TextEncoder().encode(`{"n": ${n}, "account_id": `)

export interface MessageOptions {
  readonly queues: ReadonlyArray<string>
  readonly count: number
  /** The share of messages with a `message_id`, from 0 to 1. */
  readonly identified: number
  /** How many messages with an id are published again, with the same or another body. */
  readonly repeated: number
  /** Whether messages without id may have the same bytes: these can be told apart only if nothing is redelivered. */
  readonly twins: boolean
}

/** The messages in the order of publishing. Those without id have distinct bytes, except for twins. */
export const messagesOf = (random: Random, options: MessageOptions): ReadonlyArray<Published> => {
  const published: Array<Published> = []
  const profileIds: Array<string> = []
  const body = (n: number): Uint8Array => {
    if (random.chance(0.03)) return garbage(n)
    const content = random.chance(0.25)
      ? (variety[random.integer(0, variety.length - 1)] ?? {})
      : plain(random, profileIds.slice(-2))
    return bytesOf({ ...content, feedback_id: `f${n}` })
  }
  for (let n = 0; n < options.count; n++) {
    const earlier = published[random.integer(0, Math.max(0, n - 1))]
    const isIdentified = earlier?.properties.message_id !== undefined
    if (earlier !== undefined && isIdentified && random.chance(options.repeated)) {
      published.push(random.chance(0.7) ? earlier : message({ ...earlier, body: body(n) }))
      continue
    }
    if (earlier !== undefined && !isIdentified && options.twins && random.chance(0.1)) {
      published.push(earlier)
      continue
    }
    const properties: MessageProperties = random.chance(options.identified) ? { message_id: `m${n}` } : {}
    const queue = options.queues[random.integer(0, options.queues.length - 1)] ?? ''
    const importId = importIdOf({ kind: 'queue', queue }, properties)
    if (importId !== undefined) profileIds.push(profileIdOf(importId))
    published.push(message({ queue, body: body(n), properties }))
  }
  return published
}
