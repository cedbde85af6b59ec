import { execFileSync } from 'node:child_process'
import {
  closeSync,
  constants,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { ImportId } from '../../../domain/ids.ts'
import { type LoggedRefusal, openFailureLog } from '../../../infrastructure/log/failure-log.ts'
import { recordedLogger } from '../../support/recorded-logger.ts'

let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'log-'))
})

afterEach(() => rmSync(folder, { recursive: true }))

const refusal = (feedbackId: string): LoggedRefusal => ({
  import_id: '0b0e8a4e-6a3b-5c57-8a54-d8ab2f6a0c11' as ImportId,
  feedback_id: feedbackId,
  code: 400,
  reason: 'BadMember',
  members: ['email'],
  stream: 'profiles-1.7',
  revision: 3,
})

describe('the failure log', () => {
  const path = () => join(folder, 'data', 'job_server.log')
  const written = () => readFileSync(path(), 'utf8')

  test('has one line for each refusal, like the ordinary log', () => {
    const { lines, logger } = recordedLogger()
    const failures = openFailureLog(path(), logger)
    failures.logRefusal(refusal('request 1'))
    failures.logRefusal(refusal('request 2'))
    failures.close()
    const entries = written()
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(entries).toMatchObject([refusal('request 1'), refusal('request 2')])
    expect(entries[0].time).toMatch(/^\d{4}-\d\d-\d\dT.*Z$/)
    expect(lines).toHaveLength(2)
  })

  test('is for its owner only', () => {
    openFailureLog(path(), recordedLogger().logger).close()
    expect(statSync(path()).mode & 0o777).toBe(0o600)
  })

  test('stays one line with a complete feedback_id, whatever that contains', () => {
    const failures = openFailureLog(path(), recordedLogger().logger)
    let before = 0
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary' }),
          fc.constantFrom('a\n{"level":60}', '\r\n', '\u2028', '"}\n', 'x'.repeat(70_000)),
        ),
        (feedbackId) => {
          failures.logRefusal(refusal(feedbackId))
          const added = written().slice(before)
          before += added.length
          expect(added.indexOf('\n')).toBe(added.length - 1)
          expect(JSON.parse(added).feedback_id).toBe(feedbackId.toWellFormed())
        },
      ),
      { numRuns: 50 },
    )
    failures.close()
  })

  test('continues in a new file after logrotate', () => {
    const failures = openFailureLog(path(), recordedLogger().logger)
    failures.logRefusal(refusal('old'))
    renameSync(path(), `${path()}.1`)
    failures.logRefusal(refusal('still old'))
    failures.reopen()
    failures.logRefusal(refusal('new'))
    failures.close()
    expect(readFileSync(`${path()}.1`, 'utf8').trimEnd().split('\n')).toHaveLength(2)
    expect(JSON.parse(written())).toMatchObject(refusal('new'))
  })

  test('that cannot be opened says so at once', () => {
    expect(() => openFailureLog(folder, recordedLogger().logger)).toThrow(
      `LOG_FILE: ${folder}: cannot be written: it is a folder`,
    )
  })

  test('that cannot be reopened continues in its old file', () => {
    const { lines, logger } = recordedLogger()
    const failures = openFailureLog(path(), logger)
    renameSync(path(), `${path()}.1`)
    mkdirSync(path())
    failures.reopen()
    failures.logRefusal(refusal('still old'))
    failures.close()
    expect(lines.filter((line) => line.includes('cannot be reopened'))).toHaveLength(1)
    expect(JSON.parse(readFileSync(`${path()}.1`, 'utf8'))).toMatchObject(refusal('still old'))
  })

  test('with a stalled reader is not waited for, and its lines stay intact', () => {
    const { lines, logger } = recordedLogger()
    const pipe = join(folder, 'pipe')
    execFileSync('mkfifo', [pipe])
    const reader = openSync(pipe, constants.O_RDONLY | constants.O_NONBLOCK)
    const bytes = Buffer.alloc(1024 * 1024)
    const failures = openFailureLog(pipe, logger)
    // More than a pipe writes at once.
    const long = 'x'.repeat(10_000)
    for (let n = 0; n < 100; n++) failures.logRefusal(refusal(long))
    const before = String(bytes.subarray(0, readSync(reader, bytes)))
    failures.logRefusal(refusal('after'))
    const after = String(bytes.subarray(0, readSync(reader, bytes)))
    failures.close()
    closeSync(reader)
    expect(lines.filter((line) => line.includes('cannot be written'))).toHaveLength(1)
    const whole = before.split('\n').slice(0, -1)
    expect(whole.length).toBeGreaterThan(1)
    for (const line of whole) expect(JSON.parse(line)).toMatchObject(refusal(long))
    expect(after).toMatch(/^\n\{/)
    expect(JSON.parse(after)).toMatchObject(refusal('after'))
  })

  test.skipIf(!existsSync('/dev/full'))(
    'that can no longer be written is reported once in the ordinary log',
    () => {
      const { lines, logger } = recordedLogger()
      const failures = openFailureLog('/dev/full', logger)
      failures.logRefusal(refusal('1'))
      failures.logRefusal(refusal('2'))
      failures.close()
      const complaints = lines.filter((line) => line.includes('cannot be written'))
      expect(complaints).toHaveLength(1)
      expect(complaints[0]).toContain('ENOSPC')
    },
  )
})
