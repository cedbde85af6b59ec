import * as E from 'fp-ts/lib/Either.js'
import { expect, test } from 'vitest'
import type { Json } from '../../domain/json.ts'
import { buildMessage, given, importInto } from '../support/builders/message-builders.ts'

const ann = (data: { readonly [field: string]: Json }) => buildMessage({ email: 'ann@example.com', data })

const personalOf = (world: ReturnType<typeof given>, data: { readonly [field: string]: Json }) => {
  const { result } = importInto(world, ann(data))
  if (E.isLeft(result)) throw new Error('refused')
  return result.right.personal
}

test('an event keeps up to 128 KiB of before-values', () => {
  const list = Array.from({ length: 1600 }, () => ({ text: 'x'.repeat(60) }))
  const world = given([ann({ list }), ann({ note: 'y'.repeat(130_000) })])
  const upsert = (field: string) => ({ [field]: { action: 'upsert', submatch: 'text', value: '' } })
  const within = personalOf(world, upsert('list'))
  expect(within).toMatchObject({ changes: [{ replaced: { length: 1600 } }] })
  expect(within).not.toHaveProperty('without_before')
  const kept = personalOf(world, { note: null })
  expect(kept).toMatchObject({ changes: [{ action: 'unset', was: 'y'.repeat(130_000) }] })
  const above = personalOf(world, { ...upsert('list'), note: 'z' })
  expect(above).toEqual({
    changes: [
      { field: 'list', action: 'upsert', submatch: ['text'], value: '' },
      { field: 'note', action: 'set', value: 'z' },
    ],
    subscriptions: [],
    without_before: true,
  })
})
