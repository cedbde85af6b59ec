import { execFileSync } from 'node:child_process'
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { beginning, type Position } from '../../../application/ports/position.ts'
import { beginRun, type RunFile, resumeRun } from '../../../infrastructure/ndjson/run-file.ts'

let folder: string
let data: string
let file: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'run-'))
  data = join(folder, 'data')
  file = join(folder, 'profiles.ndjson')
  writeFileSync(file, '{"a":1}\n'.repeat(1000))
})
afterEach(() => rmSync(folder, { recursive: true }))

const right = (result: E.Either<string, RunFile>): RunFile => {
  if (E.isLeft(result)) throw new Error(result.left)
  return result.right
}

const records = () => readdirSync(join(data, 'runs'))

describe('a run of a file', () => {
  test('is resumed from the last saved progress', async () => {
    const run = right(await beginRun(data, file, 'run-1', beginning))
    await run.save(200, '17' as Position)
    await run.save(400, '35' as Position)
    expect(right(await resumeRun(data, file)).state).toEqual({
      run: 'run-1',
      file,
      line: 400,
      position: '35',
    })
  })

  test('is resumed from its beginning if nothing was saved', async () => {
    await beginRun(data, file, 'run-1', beginning)
    expect(right(await resumeRun(data, file)).state).toMatchObject({ line: 0, position: beginning })
  })

  test('is found after the file is renamed', async () => {
    await beginRun(data, file, 'run-1', '3' as Position)
    renameSync(file, `${file}.moved`)
    expect(right(await resumeRun(data, `${file}.moved`)).state.run).toBe('run-1')
  })

  test('leaves one record that is for its owner only', async () => {
    const run = right(await beginRun(data, file, 'run-1', beginning))
    await run.save(1, '1' as Position)
    expect(records()).toEqual([expect.stringMatching(/^[0-9a-f]{64}\.json$/)])
    expect(statSync(join(data, 'runs', records()[0] ?? '')).mode & 0o777).toBe(0o600)
  })

  test('that starts again replaces the unfinished one', async () => {
    await right(await beginRun(data, file, 'run-1', beginning)).save(5, '5' as Position)
    await beginRun(data, file, 'run-2', '9' as Position)
    expect(right(await resumeRun(data, file)).state).toMatchObject({ run: 'run-2', line: 0, position: '9' })
  })
})

describe('what is not a regular file or folder is refused at once', () => {
  const problems = async () => {
    const results = [await beginRun(data, file, 'run-2', beginning), await resumeRun(data, file)]
    return results.map((result) => (E.isLeft(result) ? result.left : ''))
  }
  const others: ReadonlyArray<[string, (path: string) => void]> = [
    ['a pipe', (path) => execFileSync('mkfifo', [path])],
    ['a folder', (path) => mkdirSync(path)],
    ['a link', (path) => symlinkSync('/dev/zero', path)],
  ]

  test.each(others)('%s in the place of the record', async (_, make) => {
    await beginRun(data, file, 'run-1', beginning)
    const path = join(data, 'runs', records()[0] ?? '')
    for (const made of [`${path}.tmp`, path]) {
      rmSync(made, { force: true })
      make(made)
      expect(await problems()).toEqual(Array(2).fill(`${made}: must be a regular file`))
      rmSync(made, { recursive: true })
    }
  })

  test.each<[string, (path: string) => void]>([
    ['a file', (path) => writeFileSync(path, '')],
    ['a link to a folder', (path) => symlinkSync(folder, path)],
  ])('%s in the place of the folder', async (_, make) => {
    mkdirSync(data)
    make(join(data, 'runs'))
    expect(await problems()).toEqual(
      Array(2).fill(`${join(data, 'runs')}: must be a folder, not a link or a file`),
    )
  })
})

describe('there is nothing to resume', () => {
  const problem = async (path = file) => {
    const result = await resumeRun(data, path)
    return E.isLeft(result) ? result.left : ''
  }

  test('for standard input', async () => {
    expect(await problem('-')).toBe('standard input cannot be resumed: give a file')
  })

  test('for a file that was never started', async () => {
    expect(await problem()).toBe(
      `nothing to resume: there is no unfinished run of ${file} with its current content`,
    )
  })

  test('for a finished run', async () => {
    await right(await beginRun(data, file, 'run-1', beginning)).remove()
    expect(await problem()).toContain('nothing to resume')
  })

  test('for a file that was modified since', async () => {
    await beginRun(data, file, 'run-1', beginning)
    writeFileSync(file, '{"a":2}\n')
    expect(await problem()).toContain('nothing to resume')
  })

  test('for a missing file', async () => {
    expect(await problem(join(folder, 'none'))).toContain('ENOENT')
    expect(await beginRun(data, join(folder, 'none'), 'run-1', beginning)).toEqual(
      E.left(expect.stringContaining('ENOENT')),
    )
  })

  test.each([
    '',
    '{}',
    '{"run":"r","file":"f","line":-1,"position":""}',
    '{"run":"r","file":"f","line":1,"position":"x"}',
  ])('when its record is damaged: %s', async (content) => {
    await beginRun(data, file, 'run-1', beginning)
    writeFileSync(join(data, 'runs', records()[0] ?? ''), content)
    expect(await problem()).toContain('damaged')
  })
})
