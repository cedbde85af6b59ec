import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { ProfileCreated } from '../../../domain/events/current.ts'
import { evolve } from '../../../domain/evolve.ts'
import { type Database, profileIdOf } from '../../../domain/ids.ts'
import type { Json, JsonObject } from '../../../domain/json.ts'
import {
  buildImportId,
  buildMessage,
  buildRules,
  declaring,
  emptyWorld,
  given,
  importInto,
  type World,
} from '../../support/builders/message-builders.ts'

const declared = declaring({ segments: { type: 'tags', match: true } })
const undeclared = buildRules()

const by = (field_value: string, data: JsonObject = {}) =>
  buildMessage({ matching: 'custom', field_name: 'segments', field_value, data })
const data = (segments: Json) => buildMessage({ email: 'a@example.com', data: { segments } })
const call = (action: string, value: Json) => data({ action, value })

/** A profile whose tags were recorded before they were trimmed. */
const holding = (segments: Array<string>, rules = declared): World => {
  const created: ProfileCreated = {
    type: 'ProfileCreated',
    public: {
      ...({ account_id: 1, db_id: 7 } as Database),
      profile_id: profileIdOf(buildImportId(0)),
      verdict: 'created',
      code: 0,
    },
    personal: {
      changes: [
        { field: 'email', action: 'set', value: 'a@example.com' },
        { field: 'segments', action: 'set', value: segments },
      ],
      subscriptions: [],
    },
  }
  return { ...emptyWorld(rules), profiles: [evolve(undefined, created, 0)], revision: 1 }
}
const segmentsAfter = ({ profiles }: World) => profiles.map(({ fields }) => fields.segments)
const changesOf = (world: World, message: JsonObject) => {
  const { result, world: after } = importInto(world, message)
  const changes = result._tag === 'Right' ? result.right.personal.changes : result.left
  return { changes, held: after.profiles[0]?.fields.segments }
}

describe('tags of a declared field', () => {
  test.each<[string, Json]>([
    ['set', ['gold ']],
    ['set by a function', { action: 'set', value: [' gold', 'gold '] }],
    ['added', { action: 'add', value: ['\u00a0gold\n', 'gold'] }],
  ])('are trimmed when they are %s', (_how, segments) => {
    expect(segmentsAfter(given([data(segments)], declared))).toEqual([['gold']])
  })

  test.each(['gold', 'gold ', ' gold', 'new, gold ', ' gold ,new'])('are found by %j', (value) => {
    const world = given([data(['new ', ' gold']), by(value)], declared)
    expect(world.profiles).toMatchObject([{ revision: 1, fields: { segments: ['new', 'gold'] } }])
  })

  test('to match by are trimmed when data contains them', () => {
    const message = buildMessage({
      matching: 'custom',
      field_name: 'segments',
      data: { segments: ['gold '] },
    })
    expect(given([message, message, by('gold')], declared).profiles).toMatchObject([{ revision: 2 }])
  })

  test('are not added twice', () => {
    for (const held of [['gold'], ['gold ']])
      for (const added of ['gold', 'gold ', ' gold'])
        expect(changesOf(holding(held), call('add', [added]))).toEqual({ changes: [], held })
    expect(changesOf(holding(['gold ']), call('add', ['new ', 'gold', 'new']))).toEqual({
      changes: [{ field: 'segments', action: 'add', items: ['new'] }],
      held: ['gold ', 'new'],
    })
  })

  test('are deleted in every held spelling, and the event names these', () => {
    for (const deleted of ['gold', 'gold ', '\tgold'])
      expect(changesOf(holding(['gold ', 'new', 'gold', 'gold ']), call('delete', [deleted]))).toEqual({
        changes: [{ field: 'segments', action: 'delete', items: ['gold ', 'gold'] }],
        held: ['new'],
      })
    expect(changesOf(holding(['new ']), call('delete', ['gold '])).changes).toEqual([])
  })

  test('from old events are found in every spelling, and replaced by a set', () => {
    for (const value of ['gold', 'gold ', ' gold'])
      expect(importInto(holding(['gold ']), by(value)).result).toMatchObject({
        right: { type: 'ProfileUpdated' },
      })
    expect(changesOf(holding(['gold ']), data(['gold ']))).toEqual({
      changes: [{ field: 'segments', action: 'set', value: ['gold'], was: ['gold '] }],
      held: ['gold'],
    })
  })

  test('may be empty', () => {
    expect(segmentsAfter(given([data(['', ' '])], declared))).toEqual([['']])
    expect(changesOf(holding([' ']), call('delete', [''])).held).toEqual([])
  })

  test('that were deleted are gone, and can be added again', () => {
    const spelling = fc.constantFrom('gold', 'gold ', ' gold', 'new', 'new\u00a0', '', ' ')
    fc.assert(
      fc.property(fc.array(spelling), fc.array(spelling, { minLength: 1 }), (held, named) => {
        const { world } = importInto(holding(held), call('delete', named))
        const left = segmentsAfter(world)[0] as ReadonlyArray<string>
        const names = new Set(named.map((name) => name.trim()))
        expect(left).toEqual(held.filter((tag) => !names.has(tag.trim())))
        expect(segmentsAfter(importInto(world, call('add', named)).world)).toEqual([[...left, ...names]])
      }),
    )
  })
})

describe('texts in a list that is not declared', () => {
  test('stay unchanged, and are found as tags in every spelling', () => {
    const world = given([data(['gold ', 'gold']), by('gold'), by(' gold ')], undeclared)
    expect(world.profiles).toMatchObject([{ revision: 2, fields: { segments: ['gold ', 'gold'] } }])
  })

  test('are added and deleted literally', () => {
    const world = holding(['gold '], undeclared)
    expect(changesOf(world, call('add', ['gold'])).held).toEqual(['gold ', 'gold'])
    expect(changesOf(world, call('delete', ['gold'])).changes).toEqual([])
    expect(changesOf(world, call('delete', ['gold '])).held).toEqual([])
  })

  test.each<[Json, ReadonlyArray<string>]>([
    [['gold '], ['gold ']],
    [{ action: 'add', value: [' gold'] }, [' gold']],
    [['new'], ['new', 'gold']],
  ])(
    'a created profile gets what it was matched by besides %j, unless it is among them',
    (segments, held) => {
      const message = by('gold', { segments })
      expect(given([message, by('gold ')], undeclared).profiles).toMatchObject([
        { revision: 1, fields: { segments: held } },
      ])
    },
  )
})
