import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, test } from 'vitest'
import { decodeCommand } from '../../domain/decode-command.ts'
import type { JsonObject } from '../../domain/json.ts'
import { reasonText } from '../../domain/reason.ts'
import { buildMessage, buildRules } from '../support/builders/message-builders.ts'

const textsOf = (members: JsonObject, rules = buildRules()): ReadonlyArray<string> => {
  const command = decodeCommand(rules)(buildMessage(members))
  return E.isLeft(command) ? command.left.map(reasonText) : []
}

describe('all mistakes of a message are found', () => {
  test('in its members and in its data, in their order', () => {
    const members = {
      account_id: '1',
      db_id: 0,
      feedback_id: 5,
      skip_triggers: 'no',
      update_only: 1,
      matching: 'e-mail',
      email: 1,
      field_value: [],
      resource_id: 0,
    }
    expect(textsOf(members)).toEqual([
      'account_id: must be an int from 1 to 2^53-1',
      'db_id: must be an int from 1 to 2^53-1',
      expect.stringMatching(/^feedback_id: /),
      'skip_triggers: must be true or false',
      'update_only: must be true or false',
      expect.stringMatching(/^matching: must be one of email, email_profile, .*email_phone_sub$/),
      'email: must be a string',
      'field_value: must be a string, a number, true or false',
      'resource_id: must be an int from 1 to 2^53-1',
    ])
  })

  test('in its fields and subscriptions', () => {
    const data = {
      email: 'nobody',
      _fname: 'Ann',
      _sex: 'x',
      bonus: { action: 'incr', value: 'one' },
      subscriptions: [
        { channel: '', resource_id: 'a', email: 'nobody', phone: 'x' },
        5,
        { channel: 'email', resource_id: 1, email: 'ann@example.com' },
        { channel: 'push', resource_id: 1, provider: 'fcm' },
      ],
    }
    expect(textsOf({ feedback_id: 1, data }).map((text) => text.split(':')[0])).toEqual([
      'feedback_id',
      'data.email',
      'data._sex',
      'data.bonus.value',
      'data.subscriptions.0.channel',
      'data.subscriptions.0.resource_id',
      'data.subscriptions.0.email',
      'data.subscriptions.0.phone',
      'data.subscriptions.1',
      'data.subscriptions.3.subscription_id',
    ])
  })

  test('in both of two contacts to match by', () => {
    expect(textsOf({ matching: 'email_phone', email: 'nobody', phone: 'x' })).toEqual([
      expect.stringMatching(/^email: /),
      expect.stringMatching(/^phone: /),
    ])
  })
})

test('a value to match by is checked even if data is wrong, and not missed there', () => {
  const data = { _sex: 'x' }
  expect(textsOf({ email: 'nobody', data })).toEqual([
    expect.stringMatching(/^data\._sex: /),
    'email: must be an email address',
  ])
  expect(textsOf({ email: null, data })).toEqual([expect.stringMatching(/^data\._sex: /)])
})

test('without its database, fields are checked for what no database accepts', () => {
  const data = { email: 'nobody', anything: 1 }
  expect(textsOf({ db_id: 'x', data })).toEqual([
    'db_id: must be an int from 1 to 2^53-1',
    expect.stringMatching(/^data\.email: /),
  ])
  const rules = { ...buildRules(), definitionOf: () => undefined }
  expect(textsOf({ feedback_id: 1, data }, rules)).toEqual([
    expect.stringMatching(/^feedback_id: /),
    'no such database',
  ])
})
