import type { JsonObject } from '../domain/json.ts'
import { type Person, personOf } from './people.ts'
import type { Random } from './random.ts'

export const demoDatabase = { account_id: 1, db_id: 7 }

/** Resources that people subscribe to. */
const newsletter = 24
const app = 31

const tags = ['newsletter', 'vip', 'mobile', 'sale', 'b2b', 'churned'] as const
const browsers = ['Firefox 139', 'Chrome 137', 'Safari 18'] as const

/** The same number as it would be entered in a form: normalising it is the program's job. */
const typed = (phone: string, random: Random): string =>
  random.pick([phone, `00${phone.slice(1)}`, `${phone.slice(0, 3)} (${phone.slice(3, 6)}) ${phone.slice(6)}`])

const profileData = (person: Person, random: Random): JsonObject => ({
  email: random.pick([person.email, ` ${person.email.toUpperCase()} `]),
  phones: [typed(person.phone, random)],
  _fname: person.first,
  _lname: person.last,
  _sex: person.sex,
  _bdate: person.born,
  _city: person.city,
  _country: person.country,
  _tz: person.timeZone,
  _status: 1,
  CRM_ID: person.crmId,
  bonus: 10 * random.below(20),
  segments: [random.pick(tags)],
  address: { city: person.city, country: person.country },
})

const emailSubscription = ({ email }: Person, status: string): JsonObject => ({
  channel: 'email',
  resource_id: newsletter,
  email,
  status,
})

const pushSubscription = ({ pushToken }: Person, priority: number): JsonObject => ({
  channel: 'push',
  resource_id: app,
  provider: 'fcm',
  subscription_id: pushToken,
  priority,
})

/** The first message about a person. */
export const creation = (n: number, random: Random): JsonObject => {
  const person = personOf(n)
  const data = {
    ...profileData(person, random),
    subscriptions: [emailSubscription(person, 'active'), pushSubscription(person, 1)],
  }
  return random.pick<JsonObject>([
    { ...demoDatabase, data },
    { ...demoDatabase, matching: 'email', email: person.email, data },
    { ...demoDatabase, matching: 'phone', phone: typed(person.phone, random), data, skip_triggers: true },
    { ...demoDatabase, matching: 'email_phone', email: person.email, phone: person.phone, data },
    { ...demoDatabase, matching: 'custom', field_name: 'CRM_ID', field_value: person.crmId, data },
  ])
}

const updates: ReadonlyArray<Update> = [
  ({ email }, random) => ({ email, data: { _browser: random.pick(browsers), _status: random.below(3) } }),
  ({ email }, random) => ({ email, data: { bonus: { action: 'incr', value: 5 * random.below(10) - 15 } } }),
  ({ email, city }) => ({ email, update_only: true, data: { _city: city } }),
  ({ phone }, random) => ({
    matching: 'phone',
    phone: typed(phone, random),
    data: { segments: { action: 'add', value: [random.pick(tags), random.pick(tags)] } },
  }),
  ({ phone }, random) => ({
    matching: 'phone',
    phone,
    data: { segments: { action: 'delete', value: [random.pick(tags)] } },
  }),
  ({ crmId }, random) => ({
    matching: 'custom',
    field_name: 'CRM_ID',
    field_value: crmId,
    data: { address: { action: 'upsert', submatch: 'zip', value: String(10_000 + random.below(90_000)) } },
  }),
  ({ crmId }) => ({
    matching: 'custom',
    field_name: 'CRM_ID',
    field_value: crmId,
    data: { _bdate: null, _status: { action: 'unset' } },
  }),
  (person, random) => ({
    matching: 'email_sub',
    email: person.email,
    resource_id: newsletter,
    data: { subscriptions: [emailSubscription(person, random.pick(['active', 'unsubscribed']))] },
  }),
  (person, random) => ({
    matching: 'push_sub',
    provider: 'fcm',
    subscription_id: person.pushToken,
    resource_id: app,
    data: { subscriptions: [pushSubscription(person, random.below(3))] },
  }),
  ({ email, phone }, random) => ({
    matching: 'email_phone',
    email: `old-${email}`,
    phone,
    data: { _regip: `192.0.2.${1 + random.below(254)}`, visits: { action: 'incr', value: 1 } },
  }),
]
type Update = (person: Person, random: Random) => JsonObject

/** A message that changes, or at least finds, an existing person. */
export const update = (n: number, random: Random): JsonObject => ({
  ...demoDatabase,
  ...random.pick(updates)(personOf(n), random),
})
