import fc from 'fast-check'
import { BSON } from 'mongodb'
import { describe, expect, test } from 'vitest'
import { maxProfileBytes, type ProfileDocument } from '../../../application/ports/profile-document.ts'
import { undeclared } from '../../../domain/definitions/undeclared.ts'
import type { JsonObject } from '../../../domain/json.ts'
import { identityKeysOf } from '../../../domain/matching/identity-keys.ts'
import { profileDocuments } from '../../../infrastructure/mongodb/profile-documents.ts'
import { aLargestProfile, largeContents } from '../../support/builders/largest-profiles.ts'
import { aContent, aProfileDocument } from '../../support/builders/profile-builders.ts'

const storedBytes = (document: ProfileDocument): number =>
  BSON.calculateObjectSize(profileDocuments.toStored(document))

/** BSON bytes for each of our bytes, and for the rest of a document. */
const [perByte, besides] = [6, 1024]

/** MongoDB's limit, with room for what a command adds. */
const documentEnd = 16 * 1024 * 1024 - 16 * 1024

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
      fc.property(fc.dictionary(name, value, { maxKeys: 20 }), (any) => {
        const fields: JsonObject = JSON.parse(JSON.stringify(any))
        const profile = { ...aProfileDocument(0).profile, ...aContent(fields) }
        const document = { profile, keys: identityKeysOf(profile, undeclared) }
        expect(storedBytes(document)).toBeLessThan(perByte * profile.bytes + besides)
      }),
      { numRuns: 1000 },
    )
  })
})
