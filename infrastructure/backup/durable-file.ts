import { createHash } from 'node:crypto'
import {
  closeSync,
  constants,
  fstatSync,
  fsyncSync,
  openSync,
  readSync,
  writeFileSync,
  writeSync,
} from 'node:fs'

export interface FileDigest {
  readonly bytes: number
  /** In hex. */
  readonly sha256: string
}

const chunkBytes = 1024 * 1024

/** Gives every chunk of a regular file to `use`. */
const readChunks = (path: string, use: (chunk: Uint8Array) => void): FileDigest => {
  // Does not wait for the writer of a pipe.
  const descriptor = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
  try {
    if (!fstatSync(descriptor).isFile()) throw new Error(`${path}: it is not a regular file`)
    const hash = createHash('sha256')
    const buffer = Buffer.alloc(chunkBytes)
    let bytes = 0
    for (;;) {
      const read = readSync(descriptor, buffer)
      if (read === 0) return { bytes, sha256: hash.digest('hex') }
      const chunk = buffer.subarray(0, read)
      hash.update(chunk)
      use(chunk)
      bytes += read
    }
  } finally {
    closeSync(descriptor)
  }
}

export const digestOf = (path: string): FileDigest => readChunks(path, () => {})

/** Copies to a new file, for its owner only, which is on disk when this returns. */
export const copyDurably = (from: string, to: string): FileDigest => {
  const target = openSync(to, 'wx', 0o600)
  try {
    const digest = readChunks(from, (chunk) => {
      for (let written = 0; written < chunk.length; ) written += writeSync(target, chunk, written)
    })
    fsyncSync(target)
    return digest
  } finally {
    closeSync(target)
  }
}

/** Writes a new file, for its owner only, which is on disk when this returns. */
export const writeDurably = (path: string, content: string | Uint8Array): void => {
  writeFileSync(path, content, { flag: 'wx', mode: 0o600 })
  syncToDisk(path)
}

/** Of a folder, its entries: which files it has under which names. */
export const syncToDisk = (path: string): void => {
  const descriptor = openSync(path, 'r')
  try {
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}
