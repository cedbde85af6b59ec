import { describe, expect, test } from 'vitest'
import { redactUrl } from '../../../infrastructure/log/redact-url.ts'

describe('redactUrl', () => {
  test.each([
    ['amqp://u:p@h/v', 'amqp://***@h/v'],
    ['amqp://u:p@q@h/v', 'amqp://***@h/v'],
    ['two: a://b:c@d and e://f@g', 'two: a://***@d and e://***@g'],
    ['http://host/path@x', 'http://host/path@x'],
    [
      'mongodb://h/?tlsCertificateKeyFilePassword=hush&authMechanismProperties=AWS_SESSION_TOKEN:hush&tls=true',
      'mongodb://h/?tlsCertificateKeyFilePassword=***&authMechanismProperties=***&tls=true',
    ],
    ['"esdb://h?tls=true&accessToken=hush"', '"esdb://h?tls=true&accessToken=***"'],
    ['mail me@example.com', 'mail me@example.com'],
  ])('%s', (text, expected) => {
    expect(redactUrl(text)).toBe(expected)
  })
})
