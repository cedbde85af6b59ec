import { closeSync, constants, mkdirSync, openSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'

export interface AppendFile {
  /** A line, including its line feed. */
  write(line: string): void
  /** Reopens the file by name, after logrotate has moved it. If this throws, the old file stays in use. */
  reopen(): void
  close(): void
}

// A pipe that nobody reads is an error, when it is opened and when it is full: waiting would stop the whole process.
const flags = constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | constants.O_NONBLOCK

/**
 * An append-only file, created for its owner only. Every write reaches the operating system before it returns. Throws
 * if the file cannot be opened or written.
 */
export const openAppendFile = (path: string): AppendFile => {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  const open = () => openSync(path, flags, 0o600)
  let descriptor = open()
  /** The last line was only partially written. */
  let cut = false
  return {
    write: (line) => {
      const bytes = Buffer.from(cut ? `\n${line}` : line)
      let written = 0
      try {
        while (written < bytes.length) written += writeSync(descriptor, bytes, written)
      } finally {
        if (written > 0) cut = written < bytes.length
      }
    },
    reopen: () => {
      const former = descriptor
      descriptor = open()
      cut = false
      closeSync(former)
    },
    close: () => closeSync(descriptor),
  }
}
