import { appendFileSync, fdatasyncSync, ftruncateSync, openSync, readFileSync } from 'node:fs'
import type { ProposedEvent } from './proposed-event.ts'

/** Events that were appended together. */
export interface JournalEntry {
  readonly stream: string
  readonly created: Date
  readonly events: ReadonlyArray<ProposedEvent>
}

/** Where a log outlives its process. */
export interface Journal {
  /** What earlier processes stored, in order. */
  readonly entries: ReadonlyArray<JournalEntry>
  /** Returns when it is on disk. */
  keep(entry: JournalEntry): void
}

/** A file with one line for each append. An incomplete last line is dropped: it was never answered. */
export const openJournal = (path: string): Journal => {
  const file = openSync(path, 'a+')
  const bytes = readFileSync(file)
  const complete = bytes.lastIndexOf('\n') + 1
  ftruncateSync(file, complete)
  const lines = bytes.subarray(0, complete).toString().split('\n').slice(0, -1)
  return {
    entries: lines.map(fromLine),
    keep: (entry) => {
      appendFileSync(file, toLine(entry))
      fdatasyncSync(file)
    },
  }
}

/** As written by `toLine`. */
interface Line {
  readonly stream: string
  readonly created: string
  readonly events: ReadonlyArray<
    Readonly<Record<'id' | 'type' | 'contentType' | 'data' | 'metadata', string>>
  >
}

const toLine = ({ stream, created, events }: JournalEntry): string => {
  const line: Line = {
    stream,
    created: created.toISOString(),
    events: events.map((event) => ({
      ...event,
      data: Buffer.from(event.data).toString('base64'),
      metadata: Buffer.from(event.metadata).toString('base64'),
    })),
  }
  return `${JSON.stringify(line)}\n`
}

const fromLine = (text: string): JournalEntry => {
  const { stream, created, events }: Line = JSON.parse(text)
  return {
    stream,
    created: new Date(created),
    events: events.map((event) => ({
      ...event,
      data: Buffer.from(event.data, 'base64'),
      metadata: Buffer.from(event.metadata, 'base64'),
    })),
  }
}
