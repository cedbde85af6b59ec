import { cpSync, existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { isRestoreUnfinished } from '../../../infrastructure/sqlite/restore-marker.ts'
import { crashingAt } from '../../support/crash-at.ts'
import { temporaryFolder } from '../../support/sqlite/temporary-folder.ts'
import { aRun, backingUp, contentOf, fill, restoring } from './a-backup.ts'

const interruptedText = /data: restoring a backup was interrupted here: run `restore` again$/

test('a restore that is interrupted anywhere leaves what was there, or is asked for again', async () => {
  const folder = temporaryFolder()
  const [whole, backup] = [join(folder, 'whole'), join(folder, 'backup')]
  await fill(whole, 0, 20)
  const backedUp = await contentOf(whole)
  backingUp(whole, backup)
  await fill(whole, 20, 30)
  const before = await contentOf(whole)
  const seen = { before: 0, unfinished: 0, restored: 0 }
  for (let n = 1, crashed = true; crashed; n++) {
    const at = join(folder, String(n), 'data')
    cpSync(whole, at, { recursive: true })
    crashed = await crashingAt(n, () => restoring(backup, at, true))
    if (isRestoreUnfinished(at)) {
      seen.unfinished += 1
      await expect(contentOf(at)).rejects.toThrow(interruptedText)
      await expect(fill(at, 30, 31)).rejects.toThrow(interruptedText)
    } else {
      const content = await contentOf(at)
      const isRestored = content.ids.length === backedUp.ids.length
      seen[isRestored ? 'restored' : 'before'] += 1
      if (!isRestored) {
        expect(content).toEqual(before)
        expect(existsSync(join(at, 'read-model.sqlite'))).toBe(true)
        expect(readFileSync(join(at, aRun), 'utf8')).toBe('{"run":"of 30"}')
      }
    }
    // Without the leave to replace a log: what was begun is finished.
    await restoring(backup, at, !isRestoreUnfinished(at))
    const { ids, identity } = await contentOf(at)
    expect(ids).toEqual(backedUp.ids)
    expect(identity?.forks).toHaveLength(1)
    expect(existsSync(join(at, 'read-model.sqlite'))).toBe(false)
    expect(readFileSync(join(at, aRun), 'utf8')).toBe('{"run":"of 20"}')
    expect(existsSync(join(at, 'restoring'))).toBe(false)
  }
  expect(seen.before).toBeGreaterThan(5)
  expect(seen.unfinished).toBeGreaterThan(5)
  expect(seen.restored).toBeGreaterThan(0)
})

test('so does a restore into a new folder', async () => {
  const folder = temporaryFolder()
  const [whole, backup] = [join(folder, 'whole'), join(folder, 'backup')]
  await fill(whole, 0, 20)
  backingUp(whole, backup)
  for (let n = 1, crashed = true; crashed; n++) {
    const at = join(folder, String(n), 'data')
    crashed = await crashingAt(n, () => restoring(backup, at))
    if (isRestoreUnfinished(at)) await expect(contentOf(at)).rejects.toThrow(interruptedText)
    else if (existsSync(join(at, 'events.sqlite'))) continue
    else await expect(contentOf(at)).rejects.toThrow(/there is no data here yet$/)
    await restoring(backup, at)
    expect((await contentOf(at)).ids).toHaveLength(20)
  }
})
