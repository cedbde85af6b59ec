import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { beginning, type Position } from '../../application/ports/position.ts'
import {
  alwaysAnswered,
  oldestFetched,
  type ProfileDirectory,
} from '../../application/ports/profile-directory.ts'
import type { ProfileDocument, ProfileRef } from '../../application/ports/profile-document.ts'
import type { ProjectionStore } from '../../application/ports/projection-store.ts'
import { maxCandidates } from '../../domain/matching/identity-key.ts'
import { aDatabase } from '../support/builders/event-builders.ts'
import { aLargestProfile } from '../support/builders/largest-profiles.ts'
import { aKey, aProfileDocument } from '../support/builders/profile-builders.ts'

export interface ProfileDirectoryUnderTest {
  readonly directory: ProfileDirectory
  /** Writes what the directory reads. */
  readonly profiles: ProjectionStore<ProfileRef, ProfileDocument>
  close(): Promise<void>
}

const at = (n: number): Position => String(n) as Position

/** What every profile directory must do. `makeDirectory` creates one without generations for every test. */
export const profileDirectoryContract = (
  name: string,
  makeDirectory: () => Promise<ProfileDirectoryUnderTest>,
): void => {
  describe(`${name} as a ProfileDirectory`, () => {
    let made: ProfileDirectoryUnderTest
    let directory: ProfileDirectory
    let checkpoint: Position
    beforeEach(async () => {
      made = await makeDirectory()
      directory = made.directory
      checkpoint = beginning
    })
    afterEach(() => made.close())

    const given = async (
      documents: ReadonlyArray<ProfileDocument>,
      revisions: ReadonlyMap<string, number> = new Map(),
    ) => {
      if (checkpoint === beginning) await made.profiles.create('v1')
      const to = at(Number(checkpoint) + 1)
      expect(await made.profiles.apply(1, { documents, revisions }, checkpoint, to)).toBe('applied')
      checkpoint = to
    }

    const find = async (keys: ReadonlyArray<string>, database = aDatabase()) => {
      const answer = await directory.lookup([{ database, keys: keys.map(aKey) }], [])
      expect(answer.matches).toHaveLength(1)
      return answer.matches[0]
    }

    const found = async (keys: ReadonlyArray<string>, database = aDatabase()) =>
      (await find(keys, database))?.createdRevisions

    test('answers from the beginning while there is no generation', async () => {
      expect(await directory.checkpoint()).toBe(beginning)
      expect(
        await directory.lookup([{ database: aDatabase(), keys: [aKey('email:a@x.org')] }], ['s']),
      ).toEqual({
        version: undefined,
        checkpoint: beginning,
        matches: [{ keys: [aKey('email:a@x.org')], createdRevisions: [], oldest: [] }],
        left: 0,
        revisions: [-1],
      })
    })

    test('finds a profile by each of its keys', async () => {
      const document = aProfileDocument(3, ['email:a@x.org', 'phone:+79000000000'])
      await given([document, aProfileDocument(4, ['email:b@x.org'])])
      for (const key of document.keys) {
        expect(await find([key])).toEqual({ keys: [key], createdRevisions: [3], oldest: [document.profile] })
      }
      expect(await found(['email:c@x.org'])).toEqual([])
    })

    test('answers in the order of the queries, including repeated ones', async () => {
      await given([aProfileDocument(0, ['email:a@x.org']), aProfileDocument(1, ['email:b@x.org'])])
      const queries = ['b', 'none', 'a', 'b'].map((who) => ({
        database: aDatabase(),
        keys: [aKey(`email:${who}@x.org`)],
      }))
      const { matches } = await directory.lookup(queries, [])
      expect(matches.map(({ createdRevisions }) => createdRevisions)).toEqual([[1], [], [0], [1]])
      expect(matches.map(({ keys }) => keys)).toEqual(queries.map(({ keys }) => keys))
      expect((await directory.lookup([], [])).matches).toEqual([])
    })

    test('returns the oldest first, a few of them in full, and counts only up to the limit', async () => {
      const count = maxCandidates + 20
      const documents = Array.from({ length: count }, (_, n) =>
        aProfileDocument(n, ['email:a@x.org', `one:${n % 2}`]),
      )
      await given(documents.toReversed())
      const all = await find(['email:a@x.org'])
      expect(all?.createdRevisions).toEqual(Array.from({ length: maxCandidates }, (_, n) => n))
      expect(all?.oldest).toEqual(documents.slice(0, oldestFetched).map(({ profile }) => profile))
      const odd = await find(['email:a@x.org', 'one:1'])
      expect(odd?.createdRevisions).toEqual(Array.from({ length: count / 2 }, (_, n) => 2 * n + 1))
      expect(odd?.oldest.map(({ created_revision }) => created_revision)).toEqual([1, 3, 5])
    })

    test('returns profiles of the maximum size, as many as are fetched in full', async () => {
      const { profile } = aLargestProfile('lists deeper than BSON may be')
      const { bytes, fields, subscriptions } = profile
      const documents = Array.from({ length: oldestFetched + 1 }, (_, n) => {
        const document = aProfileDocument(n, ['email:a@x.org'])
        return { ...document, profile: { ...document.profile, bytes, fields, subscriptions } }
      })
      for (const document of documents) await given([document])
      const all = await find(['email:a@x.org'])
      expect(all?.createdRevisions).toEqual(documents.map((_, n) => n))
      expect(all?.oldest.map((each) => each.bytes)).toEqual(new Array(oldestFetched).fill(bytes))
    })

    const large = (n: number, key: string, bytes: number) =>
      aProfileDocument(n, [key], { fields: { text: 'x'.repeat(bytes) } })
    const asking = (key: string) => ({ database: aDatabase(), keys: [aKey(key)] })

    test('leaves the last queries if the profiles found before are large', async () => {
      const documents = Array.from({ length: 24 }, (_, n) => large(n, `email:${n}@x.org`, 1_000_000))
      for (const document of documents) await given([document])
      const queries = documents.map((_, n) => asking(`email:${n}@x.org`))
      const answered: Array<number> = []
      for (let rest = queries; rest.length > 0; ) {
        const { matches, left } = await directory.lookup([...rest, ...rest.slice(0, 1)], [])
        expect(matches.length + left).toBe(rest.length + 1)
        const at = queries.length - rest.length
        const numbers = matches.slice(0, rest.length).map(({ createdRevisions }) => createdRevisions[0])
        expect(numbers).toEqual(matches.slice(0, rest.length).map((_, i) => at + i))
        for (const { oldest } of matches) expect(oldest).toHaveLength(1)
        answered.push(numbers.length)
        rest = rest.slice(numbers.length)
      }
      expect(answered.length).toBeGreaterThan(1)
      expect(Math.min(...answered.slice(0, -1))).toBeGreaterThanOrEqual(alwaysAnswered)
    })

    test('answers everything that one message can ask, however large the profiles are', async () => {
      const keys = Array.from({ length: alwaysAnswered }, (_, n) => `email:${n}@x.org`)
      let n = 0
      for (const key of keys)
        for (let i = 0; i < oldestFetched; i++) await given([large(n++, key, 2_000_000)])
      await given([large(n, 'email:more@x.org', 1)])
      const { matches, left } = await directory.lookup([...keys, 'email:more@x.org'].map(asking), [])
      expect(matches.length + left).toBe(keys.length + 1)
      expect(matches.slice(0, keys.length).map(({ oldest }) => oldest.length)).toEqual(
        keys.map(() => oldestFetched),
      )
    })

    test('finds by several keys only profiles that have all of them', async () => {
      await given([
        aProfileDocument(0, ['tag:a', 'tag:b']),
        aProfileDocument(1, ['tag:a', 'tag:c']),
        aProfileDocument(2, ['tag:b', 'tag:c']),
        aProfileDocument(3, ['tag:a', 'tag:b', 'tag:c']),
        aProfileDocument(9, ['tag:c', 'tag:b']),
      ])
      expect(await found(['tag:a', 'tag:b'])).toEqual([0, 3])
      expect(await found(['tag:b', 'tag:a', 'tag:a'])).toEqual([0, 3])
      expect(await found(['tag:c', 'tag:b'])).toEqual([2, 3, 9])
      expect(await found(['tag:a', 'tag:b', 'tag:c'])).toEqual([3])
      expect(await found(['tag:a', 'tag:d'])).toEqual([])
    })

    test('finds by several keys that many profiles have, whatever changes', async () => {
      const tags = ['tag:a', 'tag:b', 'tag:c', 'tag:d']
      const keySets = [
        ...tags.flatMap((first, i) => tags.slice(i + 1).map((second) => [first, second])),
        ...tags.map((missing) => tags.filter((tag) => tag !== missing)),
      ]
      // Most have one: hundreds of profiles have each tag, and few have two or three of them.
      const tagsAt = (revision: number): ReadonlyArray<string> => {
        const any = (revision * 7919) % 1009
        const one = tags.slice(any % tags.length).slice(0, 1)
        return any % 8 === 0 ? (keySets[(any / 8) % keySets.length] ?? one) : one
      }
      const profiles = new Map<number, ProfileDocument>()
      let revision = -1
      const write = async (created: ReadonlyArray<number | 'new'>) => {
        const documents = created.map((n) => {
          revision += 1
          return aProfileDocument(n === 'new' ? revision : n, tagsAt(revision), { revision })
        })
        for (const document of documents) profiles.set(document.profile.created_revision, document)
        await given(documents, new Map([['profiles-1.7', revision]]))
      }
      const ask = async () => {
        const queries = keySets.map((keys) => ({ database: aDatabase(), keys: keys.map(aKey) }))
        const { matches } = await directory.lookup(queries, [])
        const having = (keys: ReadonlyArray<string>) =>
          [...profiles.values()].filter((each) => keys.every((key) => each.keys.includes(aKey(key))))
        for (const tag of tags) expect(having([tag]).length).toBeGreaterThan(2 * maxCandidates)
        for (const [i, keys] of keySets.entries()) {
          const expected = having(keys).map(({ profile }) => profile)
          expect(expected.length).toBeGreaterThan(0)
          expect(matches[i]).toEqual({
            keys,
            createdRevisions: expected.map(({ created_revision }) => created_revision),
            oldest: expected.slice(0, oldestFetched),
          })
        }
      }
      await write(new Array(1200).fill('new'))
      await ask()
      for (let round = 0; round < 4; round++) {
        await write([...profiles.keys()].filter((n) => n % 17 === round))
        await write(new Array(20).fill('new'))
        if (round !== 1) await ask()
      }
    })

    test('answers by several keys from one generation, whenever another becomes live', async () => {
      const one = Array.from({ length: 500 }, (_, n) =>
        aProfileDocument(n, [n % 2 === 0 ? 'tag:a' : 'tag:b']),
      )
      const fill = async (n: number) => {
        const { id } = await made.profiles.create(`v${n}`)
        const documents = [...one, aProfileDocument(1000 + n, ['tag:a', 'tag:b'])]
        const revisions = new Map([['profiles-1.7', 1000 + n]])
        expect(await made.profiles.apply(id, { documents, revisions }, beginning, at(n))).toBe('applied')
        return id
      }
      const keys = [aKey('tag:a'), aKey('tag:b')]
      const ask = async () => {
        const { version, checkpoint, matches } = await directory.lookup([{ database: aDatabase(), keys }], [])
        const n = Number(version?.slice(1))
        expect([checkpoint, matches[0]?.createdRevisions]).toEqual([at(n), [1000 + n]])
        return n
      }
      let live = await fill(1)
      expect(await ask()).toBe(1)
      for (let n = 2; n < 6; n++) {
        const next = await fill(n)
        const asking = [ask(), ask()]
        expect(await made.profiles.switchTo(next)).toBe(true)
        asking.push(ask())
        await made.profiles.drop(live)
        asking.push(ask())
        expect((await Promise.all(asking)).at(-1)).toBe(n)
        live = next
      }
    })

    test('never matches across databases', async () => {
      const key = 'email:a@x.org'
      const databases = [aDatabase(1, 7), aDatabase(7, 1), aDatabase(1, 2 ** 53 - 1)]
      await given(databases.map((database, n) => aProfileDocument(n, [key], { database })))
      for (const [n, database] of databases.entries()) expect(await found([key], database)).toEqual([n])
      for (const database of [aDatabase(1, 1), aDatabase(7, 7), aDatabase(1, 2 ** 53 - 2)]) {
        expect(await found([key], database)).toEqual([])
      }
    })

    test('forgets keys that a profile no longer has', async () => {
      await given([
        aProfileDocument(0, ['email:a@x.org', 'tag:a', 'tag:b']),
        aProfileDocument(1, ['email:a@x.org']),
      ])
      await given([aProfileDocument(0, ['tag:c', 'email:b@x.org', 'tag:b'], { revision: 2 })])
      expect(await found(['email:a@x.org'])).toEqual([1])
      expect(await found(['tag:a'])).toEqual([])
      for (const key of ['email:b@x.org', 'tag:b', 'tag:c']) expect(await found([key])).toEqual([0])
      expect((await find(['tag:b']))?.oldest[0]?.revision).toBe(2)
    })

    test('treats keys as plain text, equal or not', async () => {
      const hostile = [
        `custom:'; DROP TABLE profiles_1; --`,
        'custom:"',
        '"custom:',
        '$where:1',
        'custom:{"$ne":null}',
        'custom:%',
        'custom:_',
        'custom:a',
        'custom:A',
        'custom:a ',
        'custom:a\u0000',
        'custom:a\u0000b',
        'custom:\ud800',
        'custom:\ud801',
        'custom:\udc00',
        'custom:\ufffd',
        '"custom:\\ud800"',
        'custom:é',
        'custom:e\u0301',
        'custom:👩‍👩‍👧',
        `custom:${'x'.repeat(5000)}`,
        `custom:${'x'.repeat(5001)}`,
        'custom:1',
        'custom:1.0',
        '__proto__:',
        'a.b:c',
      ]
      await given(hostile.map((key, n) => aProfileDocument(n, [key])))
      for (const [n, key] of hostile.entries()) expect([key, await found([key])]).toEqual([key, [n]])
    })

    test('returns checkpoint and revisions of what it read', async () => {
      await given([aProfileDocument(0)], new Map([['profiles-1.7', 0]]))
      await given(
        [aProfileDocument(4)],
        new Map([
          ['profiles-1.7', 4],
          ['rejectedImports', 2],
        ]),
      )
      const answer = await directory.lookup([], ['rejectedImports', 'profiles-9.9', 'profiles-1.7'])
      expect(answer).toEqual({
        version: 'v1',
        checkpoint: at(2),
        matches: [],
        left: 0,
        revisions: [2, -1, 4],
      })
      expect(await directory.checkpoint()).toBe(at(2))
    })

    test('reads the current live generation', async () => {
      await given([aProfileDocument(0, ['email:old@x.org'])], new Map([['s', 0]]))
      const { id } = await made.profiles.create('v2')
      const changes = {
        documents: [aProfileDocument(0, ['email:new@x.org'])],
        revisions: new Map([['s', 7]]),
      }
      await made.profiles.apply(id, changes, beginning, at(5))
      expect(await found(['email:old@x.org'])).toEqual([0])
      expect(await found(['email:new@x.org'])).toEqual([])
      expect(await made.profiles.switchTo(id)).toBe(true)
      await made.profiles.drop(1)
      expect(await found(['email:old@x.org'])).toEqual([])
      expect(await found(['email:new@x.org'])).toEqual([0])
      const answer = await directory.lookup([], ['s'])
      expect(answer).toEqual({ version: 'v2', checkpoint: at(5), matches: [], left: 0, revisions: [7] })
    })
  })
}
