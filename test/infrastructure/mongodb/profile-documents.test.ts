import fc from 'fast-check'
import * as E from 'fp-ts/lib/Either.js'
import { BSON } from 'mongodb'
import { describe, expect, test } from 'vitest'
import { maxProfileBytes, type ProfileDocument } from '../../../application/ports/profile-document.ts'
import { definitionsOf } from '../../../domain/definitions/definitions-of.ts'
import { undeclared } from '../../../domain/definitions/undeclared.ts'
import type { JsonObject } from '../../../domain/json.ts'
import { identityKeysOf } from '../../../domain/matching/identity-keys.ts'
import { profileDocuments } from '../../../infrastructure/mongodb/profile-documents.ts'
import { database, fileOf } from '../../domain/definitions/databases-file.ts'
import { aLargestProfile, largeContents } from '../../support/builders/largest-profiles.ts'
import { aContent, aProfileDocument } from '../../support/builders/profile-builders.ts'

const storedBytes = (document: ProfileDocument): number =>
  BSON.calculateObjectSize(profileDocuments(() => undeclared).toStored(document))

/** BSON bytes for each of our bytes, and for the rest of a document. */
const [perByte, besides] = [6, 1024]

/** MongoDB's limit, with room for what a command adds. */
const documentEnd = 16 * 1024 * 1024 - 16 * 1024

test('fields that are dates keep their text, and have a date beside it', () => {
  const definition = definitionsOf(
    fileOf(database({ 'a.b': { type: 'date' }, renewed: { type: 'date' }, level: { type: 'string' } })),
  )
  const kind = profileDocuments(E.isRight(definition) ? definition.right : () => undefined)
  const fields = {
    _bdate: '1990-02-28',
    'a.b': '2026-11-30t10:00:00.25+02:00',
    // A leap second.
    renewed: '2016-12-31T23:59:60Z',
    level: '2026-11-30',
  }
  const document = aProfileDocument(1, [], { fields })
  const stored = kind.toStored(document)
  expect(stored.dates).toEqual({
    _bdate: new Date('1990-02-28T00:00:00.000Z'),
    'a%2Eb': new Date('2026-11-30T08:00:00.250Z'),
  })
  expect(stored.created_at).toEqual(new Date(document.createdAt))
  expect(kind.fromStored(stored)).toEqual(document)
  expect(kind.toStored(aProfileDocument(1))).not.toHaveProperty('dates')
})

describe('a profile of the maximum size, with all its keys, fits in a document', () => {
  test('by the maximum factor of BSON', () => {
    expect(perByte * maxProfileBytes + besides).toBeLessThan(documentEnd)
  })

  test.each(largeContents)('%s', (kind) => {
    const document = aLargestProfile(kind)
    expect(document.profile.bytes).toBeGreaterThan(0.99 * maxProfileBytes)
    expect(storedBytes(document)).toBeLessThan(perByte * document.profile.bytes + besides)
  })

  test('and so does any other, in proportion', () => {
    const name = fc.oneof(
      fc.string({ maxLength: 5 }),
      fc.constantFrom('', '%%%%', '....', ':::', '\u0001', '数'),
    )
    const value = fc.jsonValue({ maxDepth: 4, stringUnit: 'grapheme' })
    fc.assert(
      fc.property(fc.dictionary(name, value, { maxKeys: 20 }), (values) => {
        const fields: JsonObject = JSON.parse(JSON.stringify(values))
        const any = aProfileDocument(0)
        const profile = { ...any.profile, ...aContent(fields) }
        const document = { ...any, profile, keys: identityKeysOf(profile, undeclared) }
        expect(storedBytes(document)).toBeLessThan(perByte * profile.bytes + besides)
      }),
      { numRuns: 1000 },
    )
  })
})
