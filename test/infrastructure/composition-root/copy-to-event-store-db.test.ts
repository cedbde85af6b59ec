import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { ImportGoesOn } from '../../../infrastructure/composition-root/copy-to-event-store-db.ts'
import { tryClaimDataFolder } from '../../../infrastructure/sqlite/claim-data-folder.ts'
import { DataFileError } from '../../../infrastructure/sqlite/data-file-error.ts'
import { aLog, copiesOn, copying } from '../../application/copying/a-copy.ts'
import { aServer } from '../../support/eventstoredb/opened.ts'
import { temporaryFolder } from '../../support/sqlite/temporary-folder.ts'

test('nothing is copied while another process imports into the folder', async () => {
  const [{ folder }, server] = [await aLog(), await aServer()]
  const claim = tryClaimDataFolder(folder)
  await expect(copying(folder, server)).rejects.toThrow(ImportGoesOn)
  expect(copiesOn(server)).toEqual([])
  claim?.release()
  let taken = false
  const onProgress = () => {
    taken ||= tryClaimDataFolder(folder) === undefined
  }
  await copying(folder, server, { onProgress })
  expect(taken).toBe(true)
  const after = tryClaimDataFolder(folder)
  expect(after).toBeDefined()
  after?.release()
})

test('a folder without a log is an error, and stays unchanged', async () => {
  const [folder, server] = [join(temporaryFolder(), 'none'), await aServer()]
  await expect(copying(folder, server)).rejects.toThrow(DataFileError)
  expect(existsSync(folder)).toBe(false)
})
