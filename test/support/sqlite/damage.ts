import { closeSync, openSync, readFileSync, statSync, truncateSync, writeFileSync, writeSync } from 'node:fs'
import Sqlite from 'better-sqlite3'

const pageSize = 4096

/** Damage to an SQLite file that nobody has open. */
export type Damage = (file: string) => void

const overwrite = (file: string, from: number, bytes: Uint8Array): void => {
  const descriptor = openSync(file, 'r+')
  writeSync(descriptor, bytes, 0, bytes.length, from)
  closeSync(descriptor)
}

/** The page numbers of a table or index, from 1, in its order. */
const pagesOf = (file: string, name: string): ReadonlyArray<number> => {
  const connection = new Sqlite(file)
  const pages = connection
    .prepare<[string], number>("SELECT pageno FROM dbstat WHERE name = ? AND pagetype = 'leaf' ORDER BY path")
    .pluck()
    .all(name)
  connection.close()
  return pages
}

const garbage = Buffer.alloc(pageSize, 0xa5)

/** A page in the middle of a table or index. */
export const pageIn =
  (name: string): Damage =>
  (file) => {
    const pages = pagesOf(file, name)
    const page = pages[Math.floor(pages.length / 2)]
    if (page === undefined) throw new Error(`${name} has no pages`)
    overwrite(file, (page - 1) * pageSize, garbage)
  }

/** The page that holds the end of a table or index. */
export const lastPageIn =
  (name: string): Damage =>
  (file) => {
    const page = pagesOf(file, name).at(-1)
    if (page === undefined) throw new Error(`${name} has no pages`)
    overwrite(file, (page - 1) * pageSize, garbage)
  }

/** The first free page. */
export const freePage: Damage = (file) => {
  const page = readFileSync(file).readUInt32BE(32)
  if (page === 0) throw new Error('no page is free')
  overwrite(file, (page - 1) * pageSize, garbage)
}

/** What identifies an SQLite file. */
export const header: Damage = (file) => overwrite(file, 0, garbage.subarray(0, 100))

/** The list of tables and indexes, in the same page. */
export const schema: Damage = (file) => overwrite(file, 100, garbage.subarray(100))

export const cut: Damage = (file) =>
  truncateSync(file, Math.floor(statSync(file).size / 2 / pageSize) * pageSize)

export const emptied: Damage = (file) => truncateSync(file, 0)

/** Replaces the last occurrence of a text by another of equal length, so that pages stay valid. */
export const textIn =
  (name: string, text: string, other: string): Damage =>
  (file) => {
    const bytes = readFileSync(file)
    for (const page of pagesOf(file, name)) {
      const at = bytes.subarray((page - 1) * pageSize, page * pageSize).lastIndexOf(text)
      if (at === -1) continue
      bytes.write(other, (page - 1) * pageSize + at)
      writeFileSync(file, bytes)
      return
    }
    throw new Error(`${text} is not in ${name}`)
  }
