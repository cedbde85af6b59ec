import { statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { tryClaimDataFolder } from '../../../infrastructure/sqlite/claim-data-folder.ts'
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
})
