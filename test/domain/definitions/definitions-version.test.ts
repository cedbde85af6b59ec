import { createRequire } from 'node:module'
import { describe, expect, test } from 'vitest'
import { tr46Version } from '../../../domain/contacts/a-labels.ts'
import { definitionsVersion } from '../../../domain/definitions/definitions-version.ts'
import { database, fileOf } from './databases-file.ts'

describe('the version of the definitions', () => {
  const base = database({
    a: { type: 'string', match: true },
    b: { type: 'tags', match: true },
    c: { type: 'int' },
  })
  const version = definitionsVersion(fileOf(base, database({}, 8)))

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
      'a type with the same keys',
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
    expect(definitionsVersion(fileOf(...databases))).toBe(version)
  })

  test.each<[string, ReadonlyArray<object>]>([
    ['a database more', [base, database({}, 8), database({}, 9)]],
    ['a database less', [base]],
    ['a field matched by', [database({ ...base.fields, c: { type: 'int', match: true } }), database({}, 8)]],
    ['tags or not', [database({ ...base.fields, b: { type: 'string', match: true } }), database({}, 8)]],
    ['fields of another database', [database(), { ...base, db_id: 8 }]],
    ['a date more', [database({ ...base.fields, d: { type: 'date' } }), database({}, 8)]],
    ['a date or not', [database({ ...base.fields, c: { type: 'date' } }), database({}, 8)]],
  ])('depends on %s', (_what, databases) => {
    expect(definitionsVersion(fileOf(...databases))).not.toBe(version)
  })

  test('depends on the installed tables for converting domains', () => {
    const require = createRequire(import.meta.url)
    expect(require('tr46/package.json').version).toBe(tr46Version)
    expect(require('../../../package.json').dependencies.tr46).toBe(tr46Version)
    expect(version).toContain(`tr46@${tr46Version}`)
    expect(definitionsVersion(undefined)).toContain(`tr46@${tr46Version}`)
  })

  test('is constant without a file', () => {
    expect(definitionsVersion(undefined)).not.toBe(definitionsVersion(fileOf()))
  })
})
