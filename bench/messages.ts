import { demoDatabase } from '../demo/good-messages.ts'
import { personOf } from '../demo/people.ts'
import { seededRandom } from '../demo/random.ts'
import type { JsonObject } from '../domain/json.ts'

const browser = 'Mozilla/5.0 (X11; Linux x86_64; rv:139.0) Gecko/20100101 Firefox/139.0'

const body = (message: JsonObject): Buffer => Buffer.from(JSON.stringify(message))

/** About 300 bytes that create profile number `n`. */
export const creation = (n: number): Buffer => {
  const { email, first, last, phone, city, country, crmId } = personOf(n)
  const data = {
    ...{ _fname: first, _lname: last, phones: [phone], _city: city, _country: country, _status: 1 },
    ...{ CRM_ID: crmId, bonus: n % 100, segments: ['newsletter'], _browser: 'Firefox 139' },
  }
  return body({ ...demoDatabase, email, feedback_id: `create-${n}`, data })
}

/** About 300 bytes that change profile number `n`. */
const update = (n: number, i: number): Buffer => {
  const data = {
    ...{ bonus: { action: 'incr', value: 5 }, segments: { action: 'add', value: ['mobile', 'newsletter'] } },
    ...{ _status: i % 7, _browser: browser },
  }
  return body({ ...demoDatabase, email: personOf(n).email, feedback_id: `update-${i}`, data })
}

/** The messages that create the profiles from number `from` on. */
export function* creations(from: number, to: number): Generator<Buffer> {
  for (let n = from; n < to; n++) yield creation(n)
}

/** Updates of profiles of a base. */
export function* updates(count: number, baseSize: number): Generator<Buffer> {
  const random = seededRandom(count)
  for (let i = 0; i < count; i++) yield update(random.below(baseSize), i)
}

/** Updates of profile number `n`. */
export function* updatesOf(n: number, count: number): Generator<Buffer> {
  for (let i = 0; i < count; i++) yield update(n, i)
}

/** Half creates, half updates of profiles of a base. */
export function* workload(count: number, baseSize: number): Generator<Buffer> {
  const random = seededRandom(count)
  for (let i = 0; i < count; i++) {
    yield i % 2 === 0 ? creation(baseSize + i / 2) : update(random.below(baseSize), i)
  }
}
