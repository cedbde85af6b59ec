import { describe, expect, test } from 'vitest'
import { undeclared } from '../../../domain/definitions/undeclared.ts'
import type { ImportEvent, KeptMessage } from '../../../domain/events/current.ts'
import { profileIdOf } from '../../../domain/ids.ts'
import { searchTermsOf } from '../../../domain/searching/search-terms.ts'
import {
  anImportId,
  importRejected,
  importRepeated,
  profileCreated,
  profileUpdated,
} from '../../support/builders/event-builders.ts'

const terms = (event: ImportEvent, kinds: ReadonlyArray<string>) =>
  [...searchTermsOf(event, undeclared)].filter((term) => kinds.includes(term.split(' ', 1)[0] ?? '')).sort()
const contacts = ['had', 'named']

describe('an import can be searched by', () => {
  test('who sent it, its database, and its outcome', () => {
    const properties = { message_id: 'm', app_id: 'crm', user_id: 'joe' }
    const event = profileCreated(1, { context: { properties, feedback_id: 'f 1' } })
    expect([...searchTermsOf(event, undeclared)].sort()).toEqual(
      [
        'account 1',
        'app crm',
        'code 0',
        'db 7',
        'feedback f 1',
        'message m',
        `named id:${profileIdOf(anImportId(1))}`,
        'user joe',
        'verdict created',
      ].sort(),
    )
    expect(terms(importRejected(2, { tag: 'NotJson' }), ['code', 'reason', 'verdict'])).toEqual([
      'code 400',
      'reason NotJson',
      'verdict rejected',
    ])
  })

  test('the contacts that it gave to its profile, on whatever resource', () => {
    const put = { channel: 'email', resource_id: 5, email: 'a@x.org' }
    const event = profileUpdated(1, {
      changes: [
        { field: 'email', action: 'set', value: 'a@x.org' },
        { field: 'phones', action: 'add', items: ['+4930123456'] },
        { field: 'phones', action: 'add', items: ['+4930123457'] },
        { field: 'bonus', action: 'incr', by: 1, value: 3 },
        { field: 'plan', action: 'unset', was: 'gold' },
      ],
      subscriptions: [{ action: 'put', subscription: put }],
    })
    expect(terms(event, ['had'])).toEqual([
      'had custom:bonus:3',
      'had email:a@x.org',
      'had phone:+4930123456',
      'had phone:+4930123457',
    ])
    expect(terms(event, ['field'])).toEqual(['field bonus', 'field email', 'field phones', 'field plan'])
  })

  test('no contact that its profile already had', () => {
    const was = { channel: 'email', resource_id: 5, email: 'a@x.org', seen: 1 }
    const event = profileUpdated(1, {
      changes: [{ field: 'phones', action: 'set', value: ['+491', '+492'], was: ['+491'] }],
      subscriptions: [{ action: 'put', subscription: { ...was, seen: 2 }, was }],
    })
    expect(terms(event, ['had'])).toEqual(['had phone:+492', 'had sub-field:seen:2'])
  })

  test('the contacts that its message named, unless its profile is found by them', () => {
    const context = { keys: ['email:a@x.org', 'sub-email@5:a@x.org', 'sub-phone:+4930123456'] }
    const named = ['named email:a@x.org', 'named phone:+4930123456']
    expect(terms(importRejected(1, { tag: 'NotJson' }, context), contacts)).toEqual(named)
    expect(terms(profileUpdated(1, { context }), ['had', 'named'])).toEqual([
      `named id:${profileIdOf(anImportId(1))}`,
    ])
    const changes = [{ field: 'email', action: 'set', value: 'a@x.org' } as const]
    expect(terms(profileCreated(1, { context, changes }), contacts)).toEqual([
      'had email:a@x.org',
      `named id:${profileIdOf(anImportId(1))}`,
      'named phone:+4930123456',
    ])
  })

  test('the contacts in a message that was refused before anything was looked up', () => {
    const body = JSON.stringify({
      email: 'Ann@X.org',
      field_name: 'CRM_ID',
      field_value: '7',
      data: {
        email: 'b@x.org',
        phones: { action: 'add', value: ['+49 30 123456', 7] },
        subscriptions: [{ channel: 'push', provider: 'fcm', subscription_id: 's' }, null],
        _sex: 'woman',
      },
    })
    const refusal = (message: KeptMessage) =>
      terms(importRejected(1, { tag: 'MissingMember', member: 'db_id', because: '' }, { message }), contacts)
    const named = [
      ...['custom:CRM_ID:7', 'email:ann@x.org', 'email:b@x.org', 'phone:+4930123456', 'push:fcm:s'],
      ...['sub-field:CRM_ID:7', 'tag:CRM_ID:7'],
    ].map((key) => `named ${key}`)
    expect(refusal({ encoding: 'utf8', body })).toEqual(named)
    expect(refusal({ encoding: 'base64', body: Buffer.from(body).toString('base64') })).toEqual(named)
    for (const other of ['', '{', '7', 'null', '{"data":7}', '{"email":{}}'])
      expect(refusal({ encoding: 'utf8', body: other })).toEqual([])
    expect(refusal({ encoding: 'base64', body: 'eyJl', truncated: true })).toEqual([])
  })

  test('the email of a message that found its profile by phone', () => {
    const message = { encoding: 'utf8', body: '{"email":"eve@x.org","phone":"+4930123456"}' } as const
    const context = { mode: 'email_phone', keys: ['phone:+4930123456'], message }
    expect(terms(profileUpdated(1, { context }), contacts)).toContain('named email:eve@x.org')
  })

  test('the profile that it named, changed or repeated', () => {
    const id = profileIdOf(anImportId(9))
    expect(terms(importRejected(1, { tag: 'NotJson' }, { keys: [`id:${id}`] }), contacts)).toEqual([
      `named id:${id}`,
    ])
    expect(terms(importRepeated(1, 9), [...contacts, 'verdict'])).toEqual([
      `named id:${id}`,
      'verdict duplicate',
    ])
  })
})
