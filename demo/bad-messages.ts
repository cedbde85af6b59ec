import type { Json, JsonObject } from '../domain/json.ts'
import { demoDatabase } from './good-messages.ts'
import { type Person, personOf } from './people.ts'
import type { Random } from './random.ts'

const nested = (levels: number): Json => (levels === 0 ? 'core' : { layer: nested(levels - 1) })

/** Hand-written JSON text: `JSON.stringify` cannot produce these mistakes. */
const rawBadMessages: ReadonlyArray<(person: Person) => string | Buffer> = [
  ({ email }) => `{"account_id":1,"db_id":7,"email":"${email}","data":{"_fname":`,
  ({ email }) => `account_id=1;db_id=7;email=${email}`,
  ({ email }) => `["${email}"]`,
  ({ email }) => `{"account_id":1,"db_id":7,"email":"${email}","data":{"bonus":9007199254740993}}`,
  ({ email }) => `{"account_id":1,"db_id":7,"email":"${email}","data":{"__proto__":{"admin":true}}}`,
  // Latin-1 instead of UTF-8.
  ({ email }) =>
    Buffer.from(`{"account_id":1,"db_id":7,"email":"${email}","data":{"_fname":"René"}}`, 'latin1'),
]

const badMessages: ReadonlyArray<(person: Person) => JsonObject> = [
  ({ email }) => ({ db_id: 7, email, data: {} }),
  ({ email }) => ({ account_id: '1', db_id: 7, email, data: {} }),
  ({ email }) => ({ account_id: 1, db_id: 7, email }),
  ({ email }) => ({ ...demoDatabase, email, data: { _city: 7 } }),
  ({ email }) => ({ ...demoDatabase, email, data: { email: null } }),
  ({ email }) => ({ ...demoDatabase, email, data: { _fname: { action: 'incr', value: 1 } } }),
  ({ email }) => ({ ...demoDatabase, email, data: { CRM_ID: { action: 'add', value: ['x'] } } }),
  ({ email }) => ({ ...demoDatabase, email, skip_triggers: 'yes', data: {} }),
  ({ email }) => ({ ...demoDatabase, matching: 'telepathy', email, data: {} }),
  () => ({ ...demoDatabase, email: 'not an address', data: {} }),
  () => ({ ...demoDatabase, matching: 'phone', phone: '12', data: {} }),
  () => ({ ...demoDatabase, matching: 'custom', field_name: 'CRM_ID', data: {} }),
  ({ email }) => ({ ...demoDatabase, matching: 'email_sub', email: `new-${email}`, data: {} }),
  ({ email }) => ({ ...demoDatabase, email: `nobody-${email}`, update_only: true, data: { _status: 2 } }),
  () => ({ ...demoDatabase, matching: 'profile_id', profile_id: '0123456789abcdef01234567', data: {} }),
  ({ email }) => ({ ...demoDatabase, email, data: { note: 'x'.repeat(140_000) } }),
  ({ email }) => ({ ...demoDatabase, email, data: { onion: nested(60) } }),
]

/** A message that must be refused; `n` is an existing person. */
export const badMessage = (n: number, feedbackId: string, random: Random): Buffer => {
  const kind = random.below(rawBadMessages.length + badMessages.length)
  const bad = badMessages[kind]
  if (bad !== undefined) return Buffer.from(JSON.stringify({ ...bad(personOf(n)), feedback_id: feedbackId }))
  const raw = rawBadMessages[kind - badMessages.length]?.(personOf(n)) ?? ''
  return typeof raw === 'string' ? Buffer.from(raw) : raw
}
