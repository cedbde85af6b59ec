import type { Database, ImportId } from '../../domain/ids.ts'

/** What the `refusals` projection keeps: the imports that were refused in one stream on one day, in groups. */
export interface RefusalDay extends Partial<Database> {
  /** Of a database; the account and the database are absent where those could not be read. */
  readonly stream: string
  /** Of the events' times, in UTC: `2026-11-30`. */
  readonly day: string
  /** Of the last refusal that is counted. */
  readonly revision: number
  /** In the order in which they came to be. */
  readonly groups: ReadonlyArray<RefusalGroup>
}

export interface RefusalGroup {
  /** The code of the reply. */
  readonly code: number
  /** The tag of the first reason. */
  readonly reason: string
  /** The member or field that the first reason names, '' if none. */
  readonly member: string
  /** Of the messages, '' if none. */
  readonly app_id: string
  readonly count: number
  /** RFC 3339, UTC. */
  readonly first: string
  readonly last: string
  /** The import that was counted last. */
  readonly example: ImportId
}

export interface RefusalDayRef {
  readonly stream: string
  readonly day: string
}
