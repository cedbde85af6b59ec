import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { failureLogChecks } from '../../../infrastructure/log/failure-log-checks.ts'
import { checkLines } from '../../support/check-lines.ts'
import { temporaryFolder } from '../../support/sqlite/temporary-folder.ts'

const linesOf = (path: string) => checkLines(failureLogChecks(path))

test('a failure log that is missing is not created', async () => {
  const folder = temporaryFolder()
  const path = join(folder, 'logs', 'job_server.log')
  expect(await linesOf(path)).toEqual([`LOG_FILE ${path}: ok`])
  expect(readdirSync(folder)).toEqual([])
})

test('a failure log that is there is not changed', async () => {
  const path = join(temporaryFolder(), 'job_server.log')
  writeFileSync(path, 'a line\n')
  expect(await linesOf(path)).toEqual([`LOG_FILE ${path}: ok`])
  expect(readFileSync(path, 'utf8')).toBe('a line\n')
})

test('what cannot be a failure log is named', async () => {
  const folder = temporaryFolder()
  const path = join(folder, 'job_server.log')
  mkdirSync(path)
  expect(await linesOf(path)).toEqual([
    `LOG_FILE ${path}: failed: cannot be written: it is a folder: give the service's user write permission, or set LOG_FILE to another file`,
  ])
  writeFileSync(join(folder, 'file'), '')
  expect(await linesOf(join(folder, 'file', 'log'))).toEqual([expect.stringMatching(/file: is not a folder/)])
})
