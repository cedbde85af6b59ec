import { randomBytes } from 'node:crypto'
import { lstatSync, rmSync } from 'node:fs'
import { open, rename } from 'node:fs/promises'

export interface TextWriter {
  write(text: string): Promise<void>
}

/** Characters that are written together. */
const writtenTogether = 65_536

/** Whether there is anything under this name. */
export const isTaken = (path: string): boolean => lstatSync(path, { throwIfNoEntry: false }) !== undefined

/**
 * Writes a new file, for its owner only: first under another name, then, when it is complete and on disk, under its own.
 * If the use fails or the process ends, nothing is left. Rejects with the error of the operating system or of the use.
 */
export const writeNewPrivateFile = async <A>(
  path: string,
  use: (file: TextWriter) => Promise<A>,
): Promise<A> => {
  const unfinished = `${path}.${randomBytes(6).toString('hex')}.part`
  const remove = () => rmSync(unfinished, { force: true })
  const file = await open(unfinished, 'wx', 0o600)
  process.once('exit', remove)
  try {
    let waiting: Array<string> = []
    let size = 0
    const flush = async () => {
      const text = waiting.join('')
      waiting = []
      size = 0
      await file.writeFile(text)
    }
    const result = await use({
      write: async (text) => {
        waiting.push(text)
        size += text.length
        if (size >= writtenTogether) await flush()
      },
    })
    await flush()
    await file.sync()
    await rename(unfinished, path)
    return result
  } finally {
    await file.close()
    process.off('exit', remove)
    remove()
  }
}
