import { defaultLimits } from '../../../../domain/limits.ts'
import { elements } from './elements.ts'
import type { History, MessagePlan } from './message-plan.ts'

type Part = MessagePlan['parts'][number]

/** As many as there is room for, as text with commas. */
const filled = (room: number, most: number, write: (i: number) => string): string => {
  const written: Array<string> = []
  let bytes = 0
  for (let i = 0; i < most; i++) {
    const text = write(i)
    bytes += Buffer.byteLength(text) + 1
    if (bytes > room) break
    written.push(text)
  }
  return written.join()
}

const contactOf = (element: string, i: number): string =>
  ({
    0: `"channel":"email","email":${element}`,
    1: `"channel":"sms","phone":${element}`,
    2: `"channel":"push","provider":"fcm","subscription_id":${element}`,
    3: `"channel":"viber","cc_data":${element},"status":${element}`,
  })[i % 4] ?? ''

/** Members of `data`. */
const partText = (part: Part, room: number, copy: number): string => {
  const { container, most, from, backwards, path } = part
  const numberOf = (i: number) => from + copy * most + (backwards ? most - i : i)
  const element = (i: number) => elements[part.element](numberOf(i))
  const list = () => filled(room - 40, most, element)
  const field = JSON.stringify(part.field)
  const submatch = JSON.stringify(['a', ...Array.from({ length: path - 1 }, () => 'a')])
  switch (container) {
    case 'set':
      return `${field}:[${list()}]`
    case 'add':
    case 'delete':
      return `${field}:{"action":"${container}","value":[${list()}]}`
    case 'members':
      return `${field}:{${filled(room, most, (i) => `"a${i}":${element(i)}`)}}`
    case 'upsert':
      return `${field}:{"action":"upsert","submatch":${submatch},"value":{${filled(room - 200, most, (i) => `"${i}":${element(i)}`)}}}`
    case 'fields':
      return filled(room, most, (i) => `"f${numberOf(i)}":${element(i)}`)
    case 'calls':
      return filled(room, most, (i) => `"f${numberOf(i)}":{"action":"add","value":[${element(i)}]}`)
    case 'increments':
      return filled(room, most, (i) => `"f${numberOf(i)}":{"action":"incr","value":${element(i)}}`)
    case 'same':
      return filled(room, most, (i) => `${field}:${element(i)}`)
    case 'subscriptions':
      return `"subscriptions":[${filled(room - 40, most, (i) => `{"resource_id":${(i % 5) + 1},${contactOf(element(i), from + i)}}`)}]`
  }
}

/** The values to match by, the same in every message unless there is room for more. */
const valuesText = ({ matching, value }: MessagePlan, room: number): string => {
  const write = elements[value.element]
  const text = String(JSON.parse(write(0)))
  const many = filled(room, 200_000, (i) => write(i).replaceAll('"', ''))
  const given = JSON.stringify(value.share === 0 ? text : many)
  const all: Readonly<Record<string, string>> = {
    ...{ custom: `"field_name":"o1","field_value":${given}`, custom_sub: `"field_name":"status"` },
    ...{ phone: '"phone":"+79000000001"', phone_sub: '"phone":"+79000000001"' },
    ...{ profile_id: `"profile_id":${given}`, push_sub: `"provider":"fcm","subscription_id":${given}` },
  }
  return all[matching] ?? '"email":"\u00fc1@b\u00fccher1.example","phone":"+79000000001"'
}

const messageText = (plan: MessagePlan, declared: boolean, copy: number): string => {
  const { matching, value, parts } = plan
  const shares = parts.reduce((sum, { share }) => sum + share, value.share)
  const room = (share: number) => Math.floor(((defaultLimits.message_bytes - 400) * share) / shares) - 160
  const members = parts.map((part) => partText(part, room(part.share), copy)).filter((text) => text !== '')
  const head = `"account_id":1,"db_id":${declared ? 2 : 1},"matching":"${matching}"`
  return `{${head},${valuesText(plan, room(value.share))},"data":{${members.join()}}}`
}

/** The messages of a history, in order; all for one account, and a database that is declared (2) or not (1). */
export const writtenHistory = ({ declared, plans }: History): ReadonlyArray<string> =>
  plans.flatMap((plan) => Array.from({ length: plan.copies }, (_, copy) => messageText(plan, declared, copy)))
