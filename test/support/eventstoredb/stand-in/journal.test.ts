import { appendFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { openJournal } from './journal.ts'
import { MemoryLog } from './memory-log.ts'

const anEvent = (n: number) => ({
  id: `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`,
  type: 'Happened',
  contentType: 'application/octet-stream',
  data: Buffer.from([n, 0xff, 0x0a]),
  metadata: Buffer.alloc(0),
})

test("the stand-in's journal restores the log without an incompletely written append", () => {
  const folder = mkdtempSync(join(tmpdir(), 'profile-importer-journal-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const file = join(folder, 'journal')
  const log = new MemoryLog(openJournal(file))
  log.append('a', 'no stream', [anEvent(1), anEvent(2)])
  log.append('b', 'no stream', [anEvent(3)])
  appendFileSync(file, '{"stream":"a","created":"2026-')

  const again = new MemoryLog(openJournal(file))
  expect(again.all).toEqual(log.all)
  expect(again.append('a', 1, [anEvent(4)])).toMatchObject({ tag: 'Success', revision: 2 })
  expect(new MemoryLog(openJournal(file)).all).toEqual(again.all)
})
