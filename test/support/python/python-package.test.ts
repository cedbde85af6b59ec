import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { installedPython, installPython } from './python-package.ts'

let folder: string
let before: string
beforeEach(() => {
  before = process.cwd()
  folder = mkdtempSync(join(tmpdir(), 'python-package-'))
  process.chdir(folder)
  mkdirSync('bin')
  vi.stubEnv('PATH', `${join(folder, 'bin')}:/usr/bin:/bin`)
})
afterEach(() => {
  vi.unstubAllEnvs()
  process.chdir(before)
  rmSync(folder, { recursive: true })
})

/** A Python that notes that it was called, makes itself the environment's, and so ends. */
const python = (status: number) => {
  const script = `#!/bin/sh
echo >> ${folder}/calls
if [ "$2" = venv ]; then mkdir -p "$3/bin" && cp "$0" "$3/bin/python"; fi
exit ${status}
`
  writeFileSync('bin/python3', script, { mode: 0o755 })
}
const isCalled = (): boolean => {
  const called = existsSync('calls')
  rmSync('calls', { force: true })
  return called
}
const cache = 'node_modules/.cache/some-1.0'

test('what was installed is used from then on', () => {
  python(0)
  expect(installedPython('some==1.0')).toBeUndefined()
  const installed = join(folder, cache, 'bin/python')
  expect([installPython('some==1.0'), isCalled()]).toEqual([installed, true])
  expect([installPython('some==1.0'), isCalled()]).toEqual([installed, false])
  expect(installedPython('some==1.0')).toBe(installed)
})

test('what could not be installed is not tried again until its mark is deleted', () => {
  python(1)
  expect([installPython('some==1.0'), isCalled()]).toEqual([undefined, true])
  expect([installPython('some==1.0'), isCalled()]).toEqual([undefined, false])
  expect(existsSync(cache)).toBe(false)
  rmSync(`${cache}.failed`)
  python(0)
  expect([installPython('some==1.0'), isCalled()]).toEqual([join(folder, cache, 'bin/python'), true])
})
