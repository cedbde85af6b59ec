import { readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { holderOf, tryClaimDataFolder } from '../../../infrastructure/sqlite/claim-data-folder.ts'
import { temporaryFolder } from '../../support/sqlite/temporary-folder.ts'
import { startProcess } from './processes/start.ts'

describe('the claim on a data folder', () => {
  test('is given to one at a time', () => {
    const folder = join(temporaryFolder(), 'new')
    const claim = tryClaimDataFolder(folder)
    expect(claim).toBeDefined()
    expect(tryClaimDataFolder(folder)).toBeUndefined()
    claim?.release()
    const next = tryClaimDataFolder(folder)
    expect(next).toBeDefined()
    next?.release()
    expect(statSync(join(folder, 'importer.lock')).mode & 0o777).toBe(0o600)
  })

  test('is released with its process, even if that is killed', async () => {
    const folder = temporaryFolder()
    const owner = startProcess('claim-and-wait.ts', folder)
    expect((await owner.lines.next()).value).toBe('claimed')
    expect(tryClaimDataFolder(folder)).toBeUndefined()
    const standby = startProcess('claim-and-wait.ts', folder)
    expect((await standby.lines.next()).value).toBe('refused')
    await owner.kill()
    const claim = tryClaimDataFolder(folder)
    expect(claim).toBeDefined()
    claim?.release()
  }, 60_000)

  test('tells who holds the folder, as long as that process does', async () => {
    const folder = temporaryFolder()
    expect(holderOf(folder)).toBeUndefined()
    const claim = tryClaimDataFolder(folder)
    expect(holderOf(folder)).toEqual({
      pid: process.pid,
      version: expect.stringMatching(/^\d+\.\d+\.\d+/),
      since: expect.stringMatching(/^\d{4}-.*Z$/),
    })
    expect(statSync(join(folder, 'importer.json')).mode & 0o777).toBe(0o600)
    claim?.release()
    expect(holderOf(folder)).toBeUndefined()

    const owner = startProcess('claim-and-wait.ts', folder)
    expect((await owner.lines.next()).value).toBe('claimed')
    expect(holderOf(folder)?.pid).not.toBe(process.pid)
    await owner.kill()
    expect(holderOf(folder)).toBeUndefined()
  }, 60_000)

  test('writes through no link that lies in the place of what it says of itself', () => {
    const folder = temporaryFolder()
    const theirs = join(temporaryFolder(), 'theirs')
    writeFileSync(theirs, 'of somebody else')
    symlinkSync(theirs, join(folder, 'importer.json'))
    const claim = tryClaimDataFolder(folder)
    expect(holderOf(folder)?.pid).toBe(process.pid)
    expect(readFileSync(theirs, 'utf8')).toBe('of somebody else')
    claim?.release()
  })
})
