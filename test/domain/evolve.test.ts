import { describe, expect, test } from 'vitest'
import type { ProfileCreated, ProfileUpdated } from '../../domain/events/current.ts'
import { evolve } from '../../domain/evolve.ts'
import type { Database, ProfileId } from '../../domain/ids.ts'
import { aContent } from '../support/builders/profile-builders.ts'

const ids = { account_id: 1, db_id: 7, profile_id: '0'.repeat(24) } as Database & { profile_id: ProfileId }
const email = { channel: 'email', resource_id: 24, email: 'a@example.com' }
const sms = { channel: 'sms', resource_id: 24, phone: '+79000000001' }

const created: ProfileCreated = {
  type: 'ProfileCreated',
  public: { ...ids, verdict: 'created', code: 0 },
  personal: {
    changes: [
      { field: 'n', action: 'incr', by: 2, value: 2 },
      { field: 'tags', action: 'add', items: ['a', 'b', 'a'] },
      { field: 'o', action: 'upsert', submatch: ['a', 'b'], value: 1 },
      { field: 'toString', action: 'set', value: 'x' },
    ],
    subscriptions: [
      { action: 'put', subscription: email },
      { action: 'put', subscription: sms },
    ],
  },
}
const updated: ProfileUpdated = {
  type: 'ProfileUpdated',
  public: { ...ids, verdict: 'updated', code: 0 },
  personal: {
    changes: [
      { field: 'n', action: 'unset' },
      { field: 'tags', action: 'delete', items: ['a'] },
      { field: 'o', action: 'upsert', submatch: ['a', 'c'], value: 2 },
    ],
    subscriptions: [
      { action: 'put', subscription: { ...email, status: 'on' } },
      { action: 'remove', subscription: sms },
    ],
  },
}

describe('a profile', () => {
  const first = evolve(undefined, created, 5)

  test('starts with the content of its creation', () => {
    expect(first).toEqual({
      ...ids,
      created_revision: 5,
      revision: 5,
      ...aContent({ n: 2, tags: ['a', 'b', 'a'], o: { a: { b: 1 } }, toString: 'x' }, [email, sms]),
    })
  })

  test('changes with every update', () => {
    expect(evolve(first, updated, 9)).toEqual({
      ...ids,
      created_revision: 5,
      revision: 9,
      ...aContent({ tags: ['b'], o: { a: { b: 1, c: 2 } }, toString: 'x' }, [{ ...email, status: 'on' }]),
    })
  })

  test('is never modified in place', () => {
    const before = structuredClone(first)
    evolve(first, updated, 9)
    expect(first).toEqual(before)
  })

  test('keeps its fields when an update changes nothing', () => {
    const next = evolve(
      first,
      {
        type: 'ProfileUpdated',
        public: { ...ids, verdict: 'unchanged', code: 0 },
        personal: { changes: [], subscriptions: [] },
      },
      6,
    )
    expect(next).toEqual({ ...first, revision: 6 })
  })

  test('cannot be updated before it exists', () => {
    expect(() => evolve(undefined, updated, 1)).toThrow('ProfileUpdated at revision 1')
  })
})
