import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { importIdOf, reusedIdOf } from '../../application/import-id.ts'
import { importIdCodec } from '../../domain/ids.ts'

const queue = { kind: 'queue', queue: 'database_import' } as const

describe('an import id', () => {
  test('is a UUIDv5 that never changes: a change would import every message again', () => {
    const id = importIdOf(queue, { message_id: 'm1', app_id: 'crm' })
    expect(id).toBe('214a5774-4a08-553d-af90-efeb33dea6f9')
    expect(importIdOf({ kind: 'ndjson', run: 'r', line: 1 }, {})).toBe('6bfb7632-2323-58f9-9d36-93eac344c55c')
    expect(importIdCodec.is(id)).toBe(true)
  })

  test('is that of RFC 9562: SHA-1 of namespace and name, with version and variant', () => {
    const namespace = Buffer.from('6d1f0c0e4ac25f4b9d0b5a0f2f6d7c11', 'hex')
    const name = JSON.stringify(['queue', 'database_import', '', 'm1'])
    const bytes = createHash('sha1').update(namespace).update(name).digest().subarray(0, 16)
    bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x50, 6)
    bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8)
    expect(importIdOf(queue, { message_id: 'm1' })?.replaceAll('-', '')).toBe(bytes.toString('hex'))
  })

  test('differs for different queues, applications, messages and bodies', () => {
    const ids = [
      importIdOf(queue, { message_id: 'm1' }),
      importIdOf(queue, { message_id: 'm2' }),
      importIdOf(queue, { message_id: 'm1', app_id: 'a' }),
      importIdOf({ kind: 'queue', queue: 'other' }, { message_id: 'm1' }),
      ...['x', 'y'].map((sha) => reusedIdOf(importIdOf(queue, { message_id: 'm1' }) ?? never(), sha)),
    ]
    expect(new Set(ids).size).toBe(ids.length)
  })

  test('differs for bytes that are not UTF-8 and have the same text, and from any text', () => {
    const [a, b] = ['/w==', '/g==']
    const text = '\ufffd'
    const properties = [
      { message_id: text },
      { message_id: text, base64: { message_id: a } },
      { message_id: text, base64: { message_id: b } },
      { message_id: text, app_id: text, base64: { message_id: a, app_id: a } },
      { message_id: text, app_id: text, base64: { message_id: a, app_id: b } },
      { message_id: text, app_id: text, base64: { message_id: a } },
      { message_id: text, app_id: text, base64: { app_id: a } },
      { message_id: JSON.stringify({ base64: a }) },
      { message_id: a },
    ]
    const ids = properties.map((each) => importIdOf(queue, each))
    expect(new Set(ids).size).toBe(properties.length)
    // The id for a text never changes, whatever bytes another property has.
    expect(importIdOf(queue, { message_id: 'm1', correlation_id: text, base64: { correlation_id: a } })).toBe(
      importIdOf(queue, { message_id: 'm1' }),
    )
  })

  test('does not exist for a queue message without message_id', () => {
    expect(importIdOf(queue, { app_id: 'crm', correlation_id: 'c' })).toBeUndefined()
  })
})

const never = (): never => {
  throw new Error('no id')
}
