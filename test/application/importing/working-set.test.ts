import { beforeEach, expect, test } from 'vitest'
import { WorkingSet } from '../../../application/importing/working-set.ts'
import { beginning, type Position } from '../../../application/ports/position.ts'
import type { ProfileDocument } from '../../../application/ports/profile-document.ts'
import { anImportId } from '../../support/event-builders.ts'
import { aProfileDocument } from '../../support/profile-builders.ts'

const at = (n: number): Position => String(n) as Position
const stream = 'profiles-1.7'

let workingSet: WorkingSet
let revision: number
beforeEach(() => {
  workingSet = new WorkingSet()
  revision = 0
})

const add = (document?: ProfileDocument, to = stream) => {
  workingSet.add(
    to,
    revision,
    {
      importId: anImportId(revision),
      bodySha256: '',
      outcome: { verdict: 'rejected', rejection: { tag: 'NotJson' } },
    },
    document,
  )
  revision += 1
}
const written = (position: number, ...streams: ReadonlyArray<string>) =>
  workingSet.written(new Map((streams.length === 0 ? [stream] : streams).map((name) => [name, at(position)])))

const small = aProfileDocument(0, ['email:a@x.org'])
const large = aProfileDocument(0, ['email:a@x.org'], { fields: { text: 'x'.repeat(1000) } })
const other = aProfileDocument(1)

test('weighs the profiles that it holds, each in its last state only', () => {
  expect(workingSet.load()).toEqual({ outcomes: 0, bytes: 0 })
  add(large)
  add(small)
  add(other)
  add()
  written(1)
  expect(workingSet.load()).toEqual({ outcomes: 4, bytes: small.profile.bytes + other.profile.bytes })
  add(large)
  written(2)
  expect(workingSet.load()).toEqual({ outcomes: 5, bytes: large.profile.bytes + other.profile.bytes })
})

test('lets their weight go with them', () => {
  add(small)
  add(other)
  written(1)
  add(large)
  written(2)
  workingSet.release(at(1), beginning)
  expect(workingSet.load()).toEqual({ outcomes: 3, bytes: large.profile.bytes })
  workingSet.release(at(2), at(1))
  expect(workingSet.load()).toEqual({ outcomes: 1, bytes: 0 })
  workingSet.release(at(2), at(2))
  expect(workingSet.load()).toEqual({ outcomes: 0, bytes: 0 })
})

test('weighs those of all databases', () => {
  add(small)
  add(large, 'profiles-2.1')
  written(1, stream, 'profiles-2.1')
  expect(workingSet.load().bytes).toBe(small.profile.bytes + large.profile.bytes)
  workingSet.release(at(1), at(1))
  expect(workingSet.load().bytes).toBe(0)
})

test('weighs nothing once it is cleared', () => {
  add(large)
  workingSet.clear()
  add(small)
  expect(workingSet.load().bytes).toBe(small.profile.bytes)
})
