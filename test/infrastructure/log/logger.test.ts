import { describe, expect, test } from 'vitest'
import { errorOf } from '../../support/error-of.ts'
import { recordedLogger } from '../../support/recorded-logger.ts'

describe('the ordinary log', () => {
  test('hides credentials wherever an error carries them', () => {
    const { lines, logger } = recordedLogger()
    const cause = new Error('connect amqp://guest:hu"sh@host:5672/v failed')
    logger.error({ err: new Error('mongodb://me:hush@a,b/db is away', { cause }) }, 'amqps://u:hush@h')
    expect(lines[0]).not.toMatch(/hush|hu\\"sh|guest/)
    expect(JSON.parse(lines[0] ?? '').err.message).toContain('mongodb://***@a,b/db is away')
  })

  test('shows where an error of the engine happened, but not the value', () => {
    const { lines, logger } = recordedLogger()
    const readJson = () => JSON.parse('ann@private.example')
    logger.error({ err: errorOf(readJson) }, 'failed')
    expect(lines[0]).not.toContain('ann@')
    const { err } = JSON.parse(lines[0] ?? '')
    expect(err).toEqual({ type: 'SyntaxError', stack: expect.stringMatching(/^at .*readJson/s) })
  })

  test('omits lines below its level', () => {
    const { lines, logger } = recordedLogger()
    logger.debug('nothing')
    expect(lines).toEqual([])
  })
})
