import { anyName, customName, int, json, nested, number, quoted, scalar, text } from './json.ts'
import { list, member, mostly, oneOf, type Rule } from './rule.ts'
import { date, email, order, path, phone, tag, tags } from './values.ts'

const call = (action: string, value: Rule): Rule => {
  const usual: Rule = (random) => `{"action":"${action}","value":${value(random)},"submatch":${path(random)}}`
  const rare = oneOf(
    `{"action":"${action}"}`,
    (random) => `{"value":${value(random)},"action":"${action}","action":"${action}"}`,
    (random) => `{"action":"${action}","value":${json(2)(random)},"submatch":${json(1)(random)}}`,
  )
  return mostly(usual, rare)
}
const changeOfList = (action: string): Rule =>
  oneOf(call(action, tags), call(action, list(order)), call(action, list(phone)))
const anyCall = oneOf(
  call('incr', scalar),
  changeOfList('add'),
  changeOfList('delete'),
  call('upsert', json(2)),
)
/** A value, or a function that suits it: those of every field, and the given ones. */
const instruction = (value: Rule, ...suited: ReadonlyArray<Rule>): Rule =>
  mostly(oneOf(value, value, value, 'null', call('set', value), call('unset', value), ...suited), anyCall)
const ofList = (element: Rule): Rule =>
  instruction(list(element), call('add', list(element)), call('delete', list(element)))

const subscription: Rule = mostly(
  oneOf(
    (random) => `{"channel":"email","resource_id":24,"email":${email(random)},"status":${json(1)(random)}}`,
    (random) => `{"channel":"sms","resource_id":25,"phone":${phone(random)},"priority":${scalar(random)}}`,
    (random) =>
      `{"channel":"push","resource_id":24,"provider":${tag(random)},"subscription_id":${tag(random)}}`,
    (random) =>
      `{"channel":"viber","resource_id":1,"cc_data":${json(2)(random)},${member(anyName, json(1))(random)}}`,
  ),
  oneOf(
    json(2),
    (random) => `{"channel":${scalar(random)},"resource_id":${scalar(random)},"email":${email(random)}}`,
  ),
)

export const field: Rule = oneOf(
  member(quoted(['email']), mostly(email, instruction(email))),
  member(quoted(['phones']), ofList(phone)),
  member(quoted(['_fname', '_city', '_regurl']), instruction(text)),
  member(quoted(['_bdate', '_regdate', 'born']), instruction(date)),
  member(quoted(['_sex']), instruction(mostly(oneOf('"male"', '"female"', '0', '1'), oneOf('2', text)))),
  member(quoted(['_status', 'bonus']), instruction(mostly(int, scalar), call('incr', number))),
  member(
    quoted(['_tz']),
    instruction(mostly(oneOf('"Europe/Riga"', '"utc"'), oneOf('"+03:00"', '"IST"', '"Nowhere/None"', text))),
  ),
  member(
    quoted(['_ip', '_regip']),
    instruction(mostly(oneOf('"192.0.2.1"', '"2001:db8::1"'), oneOf('"fe80::1%eth0"', '"1.2.3"', text))),
  ),
  member(quoted(['_postal_code']), instruction(oneOf(int, text))),
  member(quoted(['CRM_ID']), instruction(text)),
  member(quoted(['subscriptions']), instruction(list(subscription, 7))),
  member(quoted(['segments']), ofList(tag)),
  member(quoted(['address']), instruction(order, call('upsert', json(2)))),
  member(quoted(['orders']), mostly(ofList(order), call('upsert', json(2)))),
  member(customName, instruction(json(2))),
  member(anyName, mostly(json(2), nested)),
)
