import type { ReplayClaim } from '../../application/ports/import-source.ts'

/** One non-blank line, as bytes: it may contain anything, even bytes that are not UTF-8. */
export interface NdjsonLine {
  /** The physical line number, from 1; blank lines count. */
  readonly line: number
  /** Without the line ending. May share memory with neighbouring lines. */
  readonly body: Uint8Array
  /** The end of the line in the input, including the line ending, in bytes from its beginning. */
  readonly end: number
  /** Present if this program resubmits a kept message: nothing in a line can claim it. */
  readonly replay?: ReplayClaim
}

/**
 * A line is held in memory, so its length must be limited. Far above any MAX_MESSAGE_BYTES, so that longer messages
 * still get their reply.
 */
const maxLineBytes = 64 * 1024 * 1024

const newline = 0x0a
const carriageReturn = 0x0d
const whitespace: ReadonlySet<number> = new Set([0x09, 0x0b, 0x0c, carriageReturn, 0x20])

const byteOrderMark = Buffer.from('\ufeff')

const isBlank = (line: Uint8Array): boolean => {
  const marked = byteOrderMark.equals(line.subarray(0, byteOrderMark.length))
  return line.subarray(marked ? byteOrderMark.length : 0).every((byte) => whitespace.has(byte))
}

const withoutCarriageReturn = (bytes: Uint8Array): Uint8Array =>
  bytes.at(-1) === carriageReturn ? bytes.subarray(0, -1) : bytes

/**
 * The lines of an NDJSON input, grouped by chunk. Ends a line at LF or CRLF; the last line may lack it. Skips lines of
 * only whitespace, also after a byte order mark. Reads the next chunk on request. At a line of more than `limit` bytes
 * it throws, after yielding the lines before it; the text names the line.
 */
export async function* readNdjsonLines(
  input: AsyncIterable<Uint8Array>,
  limit = maxLineBytes,
): AsyncGenerator<ReadonlyArray<NdjsonLine>, void, undefined> {
  let line = 1
  let end = 0
  let begun: Array<Uint8Array> = []
  let begunBytes = 0

  for await (const chunk of input) {
    const lines: Array<NdjsonLine> = []
    let from = 0
    for (let to = chunk.indexOf(newline); to !== -1; to = chunk.indexOf(newline, from)) {
      const last = chunk.subarray(from, to)
      if (begunBytes + last.length > limit) break
      const body = withoutCarriageReturn(begun.length === 0 ? last : Buffer.concat([...begun, last]))
      end += begunBytes + last.length + 1
      if (!isBlank(body)) lines.push({ line, body, end })
      line += 1
      from = to + 1
      begun = []
      begunBytes = 0
    }
    if (from < chunk.length) {
      begun.push(chunk.subarray(from))
      begunBytes += chunk.length - from
    }
    if (lines.length > 0) yield lines
    if (begunBytes > limit) throw new Error(`line ${line}: is longer than ${limit} bytes`)
  }
  const body = withoutCarriageReturn(Buffer.concat(begun))
  if (!isBlank(body)) yield [{ line, body, end: end + begunBytes }]
}
