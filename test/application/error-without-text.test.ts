import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { errorWithoutText } from '../../application/error-without-text.ts'
import { errorOf } from '../support/error-of.ts'

describe('an error without its text', () => {
  test('contains none of it, whatever the text is', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.constantFrom('a\n    at ann@private.example', '')), (value) => {
        const { stack } = errorWithoutText(new Error(`no ${value}!`))
        expect(stack).toMatch(/^at /)
        expect(stack).not.toContain(`${value}!`)
      }),
    )
  })

  test('has no frames if the text was changed', () => {
    const error = new Error('about ann@private.example')
    expect(error.stack).toContain('ann@')
    error.message = 'about nobody'
    expect(errorWithoutText(error)).toEqual({ type: 'Error', stack: '' })
  })

  test.each([
    [errorOf(() => new URL('amqp//ann@private.example')), { type: 'TypeError', code: 'ERR_INVALID_URL' }],
    ['ann@private.example', { type: 'string', stack: '' }],
  ])('%s', (error, expected) => {
    expect(errorWithoutText(error)).toMatchObject(expected)
    expect(JSON.stringify(errorWithoutText(error))).not.toContain('ann@')
  })
})
