import { describe, expect, test } from 'vitest'
import { redactUrl } from '../../../infrastructure/log/redact-url.ts'

describe('redactUrl', () => {
  test.each([
    ['amqp://u:p@h/v', 'amqp://***@h/v'],
    ['amqp://u:p@q@h/v', 'amqp://***@h/v'],
    ['two: a://b:c@d and e://f@g', 'two: a://***@d and e://***@g'],
    ['http://host/path@x', 'http://host/path@x'],
    ['mail me@example.com', 'mail me@example.com'],
  ])('%s', (text, expected) => {
    expect(redactUrl(text)).toBe(expected)
  })
})
