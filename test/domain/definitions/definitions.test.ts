import { createRequire } from 'node:module'
import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, test } from 'vitest'
import { tr46Version } from '../../../domain/contacts/a-labels.ts'
import { type DatabasesFile, databasesFileCodec } from '../../../domain/definitions/definitions.ts'
import { definitionsOf } from '../../../domain/definitions/definitions-of.ts'
import { keysVersion } from '../../../domain/definitions/keys-version.ts'
import type { Database } from '../../../domain/ids.ts'

const fileOf = (...databases: ReadonlyArray<object>): DatabasesFile => {
  // Parsed, so that a member can be named __proto__.
  const file = databasesFileCodec.decode(JSON.parse(JSON.stringify({ databases })))
  if (E.isLeft(file)) throw new Error('no databases file')
  return file.right
}
const database = (fields: object = {}, db_id = 7) => ({ account_id: 1, db_id, fields })
const mistakesIn = (...databases: ReadonlyArray<object>) => {
  const definitions = definitionsOf(fileOf(...databases))
  return E.isLeft(definitions) ? definitions.left : []
}

describe('a databases file', () => {
  test('says how the fields of each database are', () => {
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
    [{ a: { type: 'int', values: ['x'] } }, 'databases[0].fields.a: only an enum has values'],
    [
      { a: { type: 'object', match: true } },
      'databases[0].fields.a: a field of type object cannot be matched by',
    ],
    [
      { a: { type: 'arr_object', match: true } },
      'databases[0].fields.a: a field of type arr_object cannot be matched by',
    ],
    [JSON.parse('{"__proto__":{"type":"int"}}'), 'databases[0].fields.__proto__: is no name for a field'],
  ])('has a line for each mistake: %j', (fields, mistake) => {
    expect(mistakesIn(database(fields))).toEqual([mistake])
  })

  test('names each database once', () => {
    expect(mistakesIn(database(), database({}, 8), database())).toEqual([
      'databases[2]: account 1, database 7 is declared before',
    ])
  })
})

describe('the version of keys', () => {
  const base = database({
    a: { type: 'string', match: true },
    b: { type: 'tags', match: true },
    c: { type: 'int' },
  })
  const version = keysVersion(fileOf(base, database({}, 8)))

  test.each<[string, ReadonlyArray<object>]>([
    ['the order of databases', [database({}, 8), base]],
    [
      'the order of fields',
      [
        database({
          c: { type: 'int' },
          b: { type: 'tags', match: true },
          a: { type: 'string', match: true },
        }),
        database({}, 8),
      ],
    ],
    [
      'a type that keys are alike of',
      [database({ a: { type: 'int', match: true }, b: { type: 'tags', match: true } }), database({}, 8)],
    ],
    [
      'a field not matched by',
      [
        database({
          a: { type: 'string', match: true },
          b: { type: 'tags', match: true },
          d: { type: 'bool', match: false },
        }),
        database({}, 8),
      ],
    ],
    ['what is refused', [{ ...base, unknown_fields: 'refuse' }, database({}, 8)]],
  ])('does not depend on %s', (_what, databases) => {
    expect(keysVersion(fileOf(...databases))).toBe(version)
  })

  test.each<[string, ReadonlyArray<object>]>([
    ['a database more', [base, database({}, 8), database({}, 9)]],
    ['a database less', [base]],
    ['a field matched by', [database({ ...base.fields, c: { type: 'int', match: true } }), database({}, 8)]],
    ['tags or not', [database({ ...base.fields, b: { type: 'string', match: true } }), database({}, 8)]],
    ['fields of another database', [database(), { ...base, db_id: 8 }]],
  ])('depends on %s', (_what, databases) => {
    expect(keysVersion(fileOf(...databases))).not.toBe(version)
  })

  test('depends on the tables that domains are converted by, which are those installed', () => {
    const require = createRequire(import.meta.url)
    expect(require('tr46/package.json').version).toBe(tr46Version)
    expect(require('../../../package.json').dependencies.tr46).toBe(tr46Version)
    expect(version).toContain(`tr46@${tr46Version}`)
    expect(keysVersion(undefined)).toContain(`tr46@${tr46Version}`)
  })

  test('without a file is that of no file', () => {
    expect(keysVersion(undefined)).not.toBe(keysVersion(fileOf()))
  })
})
