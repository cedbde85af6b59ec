import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { writeNewPrivateFile } from '../../../infrastructure/system/new-private-file.ts'
import { temporaryFolder } from '../../support/sqlite/temporary-folder.ts'

test('a file appears only when it is complete, for its owner only', async () => {
  const folder = temporaryFolder()
  const path = join(folder, 'file')
  await writeNewPrivateFile(path, async ({ write }) => {
    for (let i = 0; i < 3000; i++) await write(`line ${i} of a text that is longer than what is held\n`)
    expect(readdirSync(folder)).toEqual([expect.stringMatching(/^file\..*\.part$/)])
    expect(statSync(join(folder, readdirSync(folder)[0] ?? '')).mode & 0o777).toBe(0o600)
  })
  expect(readdirSync(folder)).toEqual(['file'])
  expect(statSync(path).mode & 0o777).toBe(0o600)
  expect(readFileSync(path, 'utf8').split('\n')).toHaveLength(3001)
})

test('nothing is left if it fails', async () => {
  const folder = temporaryFolder()
  const failing = writeNewPrivateFile(join(folder, 'file'), async ({ write }) => {
    await write('x'.repeat(100_000))
    throw new Error('no more')
  })
  await expect(failing).rejects.toThrow('no more')
  expect(readdirSync(folder)).toEqual([])
})
