import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'

interface AppendFile {
  write(text: string): void
  /** Opens the file anew by its name: after logrotate has moved it. */
  reopen(): void
  close(): void
}

/**
 * A file that is only appended to, created for its owner only. Every write reaches the operating system before it
 * returns. Throws when the file cannot be opened or written.
 */
export const openAppendFile = (path: string): AppendFile => {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  const open = () => openSync(path, 'a', 0o600)
  let descriptor = open()
  return {
    write: (text) => {
      const bytes = Buffer.from(text)
      for (let written = 0; written < bytes.length; ) {
        written += writeSync(descriptor, bytes, written)
      }
    },
    reopen: () => {
      const former = descriptor
      descriptor = open()
      closeSync(former)
    },
    close: () => closeSync(descriptor),
  }
}
