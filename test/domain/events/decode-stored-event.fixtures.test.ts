import { hash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { decodeStoredEvent } from '../../../domain/events/decode-stored-event.ts'

const fixtures = new URL('../../fixtures/events/', import.meta.url)
const read = (path: string) => readFileSync(new URL(path, fixtures), 'utf8')

/** The path of each sample, and the SHA-256 that it has had from the start: see test/fixtures/README.md. */
const sums: ReadonlyMap<string, string> = new Map(
  read('SHA256SUMS')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => [line.slice(66), line.slice(0, 64)]),
)

const versions = [0, 1, 2]
const samples = versions.flatMap((version) =>
  readdirSync(new URL(`version-${version}/`, fixtures)).map((name) => ({
    version,
    path: `version-${version}/${name}`,
    today: `version-${version}.today/${name}`,
  })),
)

test('every stored sample is listed, and every listed one exists', () => {
  expect(samples.map(({ path }) => path).sort()).toEqual([...sums.keys()].sort())
})

describe.each(samples)('$path', ({ version, path, today }) => {
  test('is unchanged since that version stored it', () => {
    expect(hash('sha256', read(path), 'hex')).toBe(sums.get(path))
  })

  test('is read as it always was', async () => {
    const { eventId, stream, type, data, metadata } = JSON.parse(read(path))
    const { $correlationId, $causationId, ...ours } = metadata
    const event = decodeStoredEvent({ eventId, stream, type, data, metadata: ours })
    expect(event.type).toBe(type)
    if (event.type === 'Unreadable') return
    expect(event.public.recorded_version).toBe(version === 2 ? undefined : version)
    await expect(`${JSON.stringify(event, undefined, 2)}\n`).toMatchFileSnapshot(
      `../../fixtures/events/${today}`,
    )
  })
})

describe.each(versions)('of version %i', (version) => {
  const events = samples
    .filter((sample) => sample.version === version)
    .map(({ path }) => JSON.parse(read(path)))
  const texts = JSON.stringify(events)

  test('there is a sample of every type', () => {
    expect(new Set(events.map(({ type }) => type))).toEqual(
      new Set(['ProfileCreated', 'ProfileUpdated', 'ImportRejected', 'ImportRepeated']),
    )
  })

  test('and of every action', () => {
    for (const action of ['set', 'unset', 'incr', 'add', 'delete', 'upsert'])
      expect(texts).toContain(`"action":"${action}"`)
  })
})

describe.each([1, 2])('of version %i', (version) => {
  const texts = JSON.stringify(
    samples.filter((sample) => sample.version === version).map(({ path }) => JSON.parse(read(path))),
  )

  test.each([
    ...['NotUtf8', 'NotJson', 'NotAnObject', 'MissingMember', 'BadMember', 'UnknownField', 'UnfitAction'],
    ...['UnmatchableField', 'UnknownDatabase', 'ProfileNotFound', 'SeveralMatches', 'MessageIdReused'],
    ...['LimitExceeded', 'OutcomeUnreadable', 'Defect'],
  ])('there is a sample of the reason %s', (tag) => {
    expect(texts).toContain(`"tag":"${tag}"`)
  })

  test.each(['"action":"put"', '"action":"remove"', '"replay_of"', '"truncated":true', '"base64":{'])(
    'and one with %s',
    (text) => {
      expect(texts).toContain(text)
    },
  )
})

test('there is a sample with and one without the check of the profile', () => {
  const updates = samples
    .filter(({ version, path }) => version === 2 && path.includes('/profile-updated.'))
    .map(({ path }) => 'profile_check' in JSON.parse(read(path)).data.public)
  expect(new Set(updates)).toEqual(new Set([true, false]))
})
