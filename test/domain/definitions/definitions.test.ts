import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, test } from 'vitest'
import { definitionsOf } from '../../../domain/definitions/definitions-of.ts'
import type { Database } from '../../../domain/ids.ts'
import { database, fileOf } from './databases-file.ts'

const mistakesIn = (...databases: ReadonlyArray<object>) => {
  const definitions = definitionsOf(fileOf(...databases))
  return E.isLeft(definitions) ? definitions.left : []
}

describe('a databases file', () => {
  test('defines the fields of each database', () => {
    const definitions = definitionsOf(
      fileOf(
        { ...database({ CRM_ID: { type: 'string', match: true } }), unknown_fields: 'refuse' },
        database({}, 8),
      ),
    )
    if (E.isLeft(definitions)) throw new Error('refused')
    const ask = (account_id: number, db_id: number) => definitions.right({ account_id, db_id } as Database)
    expect(ask(1, 7)).toEqual({
      declared: true,
      unknownFields: 'refuse',
      fields: new Map([['CRM_ID', { type: 'string', match: true }]]),
    })
    expect(ask(1, 8)).toEqual({ declared: true, unknownFields: 'accept', fields: new Map() })
    expect(ask(17, 1)).toBeUndefined()
  })

  test.each<[object, string]>([
    [{ email: { type: 'string' } }, 'databases[0].fields.email: is a system field and cannot be declared'],
    [
      { subscriptions: { type: 'arr_object' } },
      'databases[0].fields.subscriptions: is a system field and cannot be declared',
    ],
    [{ a: { type: 'enum' } }, 'databases[0].fields.a: an enum needs values'],
    [{ a: { type: 'enum', values: [] } }, 'databases[0].fields.a: an enum needs values'],
    [{ a: { type: 'int', values: ['x'] } }, 'databases[0].fields.a: only an enum may have values'],
    [
      { a: { type: 'object', match: true } },
      'databases[0].fields.a: a field of type object cannot be used for matching',
    ],
    [
      { a: { type: 'arr_object', match: true } },
      'databases[0].fields.a: a field of type arr_object cannot be used for matching',
    ],
    [JSON.parse('{"__proto__":{"type":"int"}}'), 'databases[0].fields.__proto__: is not a valid field name'],
  ])('has a line for each mistake: %j', (fields, mistake) => {
    expect(mistakesIn(database(fields))).toEqual([mistake])
  })

  test('may name each database only once', () => {
    expect(mistakesIn(database(), database({}, 8), database())).toEqual([
      'databases[2]: account 1, database 7 is already declared',
    ])
  })
})
