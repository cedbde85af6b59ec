import fc from 'fast-check'
import { beforeEach, expect, test } from 'vitest'
import { WorkingSet } from '../../../application/importing/working-set.ts'
import { beginning, type Position } from '../../../application/ports/position.ts'
import type { ProfileDocument } from '../../../application/ports/profile-document.ts'
import type { KeySet } from '../../../domain/matching/identity-key.ts'
import type { KeysByOrigin } from '../../../domain/matching/keys-by-origin.ts'
import { refusedFor } from '../../../domain/outcome.ts'
import { anImportId } from '../../support/builders/event-builders.ts'
import { aProfileDocument } from '../../support/builders/profile-builders.ts'

const at = (n: number): Position => String(n) as Position
const stream = 'profiles-1.7'

let workingSet: WorkingSet
let revision: number
beforeEach(() => {
  workingSet = new WorkingSet()
  revision = 0
})

/** Three of them, so that some give several keys, and some the same ones. */
const bySource = (keys: ProfileDocument['keys']): KeysByOrigin =>
  new Map([0, 1, 2].map((source) => [`f${source}`, keys.filter((_, i) => i % 3 === source)]))

const add = (document?: ProfileDocument, to = stream) => {
  workingSet.add(
    to,
    revision,
    {
      importId: anImportId(revision),
      bodySha256: '',
      outcome: refusedFor({ tag: 'NotJson' }),
    },
    document && { profile: document.profile, keys: bySource(document.keys) },
  )
  revision += 1
}
const written = (position: number, ...streams: ReadonlyArray<string>) =>
  workingSet.written(new Map((streams.length === 0 ? [stream] : streams).map((name) => [name, at(position)])))

const small = aProfileDocument(0, ['email:a@x.org'])
const large = aProfileDocument(0, ['email:a@x.org'], { fields: { text: 'x'.repeat(1000) } })
const other = aProfileDocument(1)

test('counts the bytes of its profiles, each only in its last state', () => {
  expect(workingSet.size()).toEqual({ outcomes: 0, bytes: 0 })
  add(large)
  add(small)
  add(other)
  add()
  written(1)
  expect(workingSet.size()).toEqual({ outcomes: 4, bytes: small.profile.bytes + other.profile.bytes })
  add(large)
  written(2)
  expect(workingSet.size()).toEqual({ outcomes: 5, bytes: large.profile.bytes + other.profile.bytes })
})

test('subtracts their bytes when it releases them', () => {
  add(small)
  add(other)
  written(1)
  add(large)
  written(2)
  workingSet.release(at(1), beginning)
  expect(workingSet.size()).toEqual({ outcomes: 3, bytes: large.profile.bytes })
  workingSet.release(at(2), at(1))
  expect(workingSet.size()).toEqual({ outcomes: 1, bytes: 0 })
  workingSet.release(at(2), at(2))
  expect(workingSet.size()).toEqual({ outcomes: 0, bytes: 0 })
})

test('counts profiles of all databases', () => {
  add(small)
  add(large, 'profiles-2.1')
  written(1, stream, 'profiles-2.1')
  expect(workingSet.size().bytes).toBe(small.profile.bytes + large.profile.bytes)
  workingSet.release(at(1), at(1))
  expect(workingSet.size().bytes).toBe(0)
})

test('counts no bytes after it is cleared', () => {
  add(large)
  workingSet.clear()
  add(small)
  expect(workingSet.size().bytes).toBe(small.profile.bytes)
})

test('finds profiles with all of the keys, whenever the first key of a prefix is asked for', () => {
  const key = fc.constantFrom(
    ...['email:a', 'email:b', 'phone:1', 'custom:x:1', 'custom:x:2', 'sub-email:a', 'sub-email@1:a'],
  )
  const keys = fc.array(key, { maxLength: 6 })
  const step = fc.oneof(
    fc.record({ tag: fc.constant('hold'), profile: fc.nat(5), keys }),
    fc.record({ tag: fc.constant('ask'), profile: fc.nat(5), keys }),
    fc.record({ tag: fc.constant('release'), profile: fc.nat(5), keys }),
  )
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      workingSet = new WorkingSet()
      const held = new Map<number, { keys: ReadonlyArray<string>; position: number }>()
      for (const [i, { tag, profile, keys }] of steps.entries()) {
        const position = i + 1
        if (tag === 'hold') {
          add(aProfileDocument(profile, keys))
          written(position)
          held.set(profile, { keys, position })
        } else if (tag === 'release') {
          const checkpoint = Math.max(0, position - 5)
          workingSet.release(at(checkpoint), at(checkpoint))
          for (const [created, entry] of held) if (entry.position <= checkpoint) held.delete(created)
        } else {
          const asked = keys as ReadonlyArray<string> as KeySet
          const expected = [...held].filter(
            ([, entry]) => keys.length > 0 && keys.every((each) => entry.keys.includes(each)),
          )
          expect([...workingSet.matching(stream, asked)].sort()).toEqual(
            expected.map(([created]) => created).sort(),
          )
        }
      }
    }),
    { numRuns: 1000 },
  )
})

test('releases what each projection has applied, for each database separately', () => {
  const database = fc.constantFrom('profiles-1.1', 'profiles-1.2', 'profiles-2.1')
  const append = fc.record({ tag: fc.constant('append'), stream: database, profile: fc.nat(2) })
  const release = fc.record({ tag: fc.constant('release'), profiles: fc.nat(12), imports: fc.nat(12) })
  fc.assert(
    fc.property(fc.array(fc.oneof(append, release), { maxLength: 30 }), (steps) => {
      workingSet = new WorkingSet()
      revision = 0
      const appends: Array<{ stream: string; profile: number; revision: number; awaitedBy: Set<string> }> = []
      for (const step of steps) {
        if ('stream' in step) {
          const { stream, profile } = step
          appends.push({ stream, profile, revision, awaitedBy: new Set(['profiles', 'imports']) })
          add(aProfileDocument(profile), stream)
          written(appends.length, stream)
        } else {
          workingSet.release(at(step.profiles), at(step.imports))
          for (const { awaitedBy } of appends.slice(0, step.profiles)) awaitedBy.delete('profiles')
          for (const { awaitedBy } of appends.slice(0, step.imports)) awaitedBy.delete('imports')
        }
        const awaited = appends.filter(({ awaitedBy }) => awaitedBy.size > 0)
        expect(workingSet.size().outcomes).toBe(awaited.length)
        for (const { stream, profile, revision, awaitedBy } of appends) {
          expect(workingSet.import(anImportId(revision)) !== undefined).toBe(awaitedBy.has('imports'))
          const ofStream = awaited.filter((each) => each.stream === stream)
          expect(workingSet.lastRevision(stream)).toBe(ofStream.at(-1)?.revision ?? -1)
          const states = appends.filter((each) => each.stream === stream && each.profile === profile)
          expect(workingSet.profile(stream, profile) !== undefined).toBe(
            states.at(-1)?.awaitedBy.has('profiles'),
          )
        }
      }
    }),
    { numRuns: 1000 },
  )
})
