import { type Random, seededRandom } from '../../../demo/random.ts'
import type { JsonObject } from '../../../domain/json.ts'

/** The purpose of a message, which determines its expected outcome. */
export type Kind =
  /** Adds 1 to `visits` of the profile with its email. */
  | 'visit'
  /** Adds 1 to `calls` of the profile with its phone. */
  | 'call'
  /** Adds 1 to `visits` in a separate database, without a `message_id`. */
  | 'anonymous'
  | 'change'
  | 'unknown'
  | 'refused'
  | 'garbage'
  | 'oversize'
  /** The bytes and the `message_id` of an earlier message. */
  | 'resend'
  /** The `message_id` of an earlier message, other bytes. */
  | 'reuse'

export interface TorturedMessage {
  readonly n: number
  /** Never `resend`: this is the kind of the message that is repeated. */
  readonly kind: Exclude<Kind, 'resend'>
  readonly body: Buffer
  readonly messageId: string | undefined
  readonly correlationId: string
  /** The key of the counter that it adds 1 to. */
  readonly counts: { readonly db_id: number; readonly contact: string } | undefined
}

/** The code of its outcome if no other message has its `message_id`. */
export const expectedCodes: Readonly<Record<TorturedMessage['kind'], number>> = {
  visit: 0,
  call: 0,
  anonymous: 0,
  change: 0,
  unknown: 404,
  refused: 400,
  garbage: 400,
  oversize: 413,
  reuse: 0,
}

export const anonymousDatabase = 9
const databases = 3
/** Appears only in messages, so finding it in a log reveals a leak. */
export const personalDomain = 'private.example'

/** Per cent. */
const weights: ReadonlyArray<readonly [Kind, number]> = [
  ['visit', 42],
  ['call', 8],
  ['anonymous', 10],
  ['change', 12],
  ['unknown', 3],
  ['refused', 3],
  ['garbage', 8],
  ['oversize', 1],
  ['resend', 10],
  ['reuse', 3],
]

const kindOf = (random: Random): Kind => {
  let at = random.below(100)
  for (const [kind, weight] of weights) {
    if (at < weight) return kind
    at -= weight
  }
  return 'visit'
}

const randomOf = (seed: number, n: number): Random => seededRandom(Math.imul(seed + 1, 0x9e3779b1) ^ n)

const nameOf = (n: number): string => `n-${n}`

/** Number `n` of the messages of a seed: always the same. */
export const torturedMessage = (seed: number, n: number): TorturedMessage => {
  const random = randomOf(seed, n)
  const kind = kindOf(random)
  if (kind === 'resend' || kind === 'reuse') {
    const earlier = identifiedBefore(seed, n, random)
    if (earlier === undefined) return ofKind('visit', n, random)
    return kind === 'resend'
      ? { ...earlier, n, correlationId: nameOf(n) }
      : { ...ofKind('reuse', n, random), messageId: earlier.messageId }
  }
  return ofKind(kind, n, random)
}

/** Usually a recent one, which may be in the same batch or still on its way. */
const identifiedBefore = (seed: number, n: number, random: Random): TorturedMessage | undefined => {
  const reach = random.pick([5, 50, 500, n])
  for (let at = n - 1 - random.below(reach); at >= 0; at--) {
    const kind = kindOf(randomOf(seed, at))
    if (kind !== 'resend' && kind !== 'reuse' && kind !== 'anonymous') return torturedMessage(seed, at)
  }
  return undefined
}

const ofKind = (kind: TorturedMessage['kind'], n: number, random: Random): TorturedMessage => {
  // The number of people grows over time, so some messages always create.
  const person = random.below(100 + Math.floor(n / 6))
  const db_id = kind === 'anonymous' ? anonymousDatabase : 1 + (person % databases)
  const email = `person-${person}@${personalDomain}`
  const phone = `+7900${String(person).padStart(7, '0')}`
  const common = { account_id: 1, db_id, feedback_id: nameOf(n) }
  const base = { n, kind, correlationId: nameOf(n), messageId: `m-${n}`, counts: undefined }
  const json = (message: JsonObject): Buffer => Buffer.from(JSON.stringify({ ...common, ...message }))
  const visits = { visits: { action: 'incr', value: 1 }, _fname: 'Confidentia' }
  switch (kind) {
    case 'visit':
      return { ...base, body: json({ email, data: visits }), counts: { db_id, contact: email } }
    case 'anonymous':
      return {
        ...base,
        messageId: undefined,
        body: json({ email, data: visits }),
        counts: { db_id, contact: email },
      }
    case 'call':
      return {
        ...base,
        body: json({ matching: 'phone', phone, data: { calls: { action: 'incr', value: 1 } } }),
        counts: { db_id, contact: phone },
      }
    case 'change':
    case 'reuse':
      return { ...base, body: json({ email, data: change(random) }) }
    case 'unknown':
      return { ...base, body: json({ email: `nobody-${email}`, update_only: true, data: {} }) }
    case 'refused':
      return { ...base, body: json({ email, data: { _city: 7, _fname: 'Confidentia' } }) }
    case 'oversize':
      return { ...base, body: json({ email, data: { note: 'x'.repeat(140_000) } }) }
    case 'garbage':
      return { ...base, body: garbage(n, email, random) }
  }
}

const tags = ['vip', 'sale', 'b2b', 'churned'] as const

const change = (random: Random): JsonObject => ({
  _city: random.pick(['Riga', 'Oslo', 'Bern']),
  segments: { action: random.pick(['add', 'delete']), value: [random.pick(tags), random.pick(tags)] },
  ...(random.below(3) === 0 ? { note: random.pick(['a', 'b', null]) } : {}),
})

/** Never the same twice, and never readable. */
const garbage = (n: number, email: string, random: Random): Buffer => {
  const half = `{"account_id":1,"db_id":1,"n":${n},"email":"${email}"`
  return random.pick([
    Buffer.from(half),
    Buffer.from(`[${half}}]`),
    Buffer.from(`${half},"data":{"__proto__":{}}}`),
    Buffer.from(`${half},"data":{"bonus":9007199254740993}}`),
    Buffer.concat([Buffer.from([0xff, 0xfe, 0x00]), Buffer.from(half)]),
  ])
}
