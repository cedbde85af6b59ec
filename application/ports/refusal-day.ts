import type { Database, ImportId } from '../../domain/ids.ts'

/** The document of the `refusals` projection: the refused imports of one stream on one day, in groups. */
export interface RefusalDay extends Partial<Database> {
  /** The stream of a database. Account and database are absent if they could not be read. */
  readonly stream: string
  /** The day of the events, in UTC: `2026-11-30`. */
  readonly day: string
  /** The revision of the last counted refusal. */
  readonly revision: number
  /** In the order of their creation. */
  readonly groups: ReadonlyArray<RefusalGroup>
}

export interface RefusalGroup {
  /** The code of the reply. */
  readonly code: number
  /** The tag of the first reason. */
  readonly reason: string
  /** The member or field that the first reason names; '' if none. */
  readonly member: string
  /** That of the messages; '' if none. */
  readonly app_id: string
  /** True for the group that collects refusals beyond the limit; its member and `app_id` are ''. Otherwise absent. */
  readonly overflow?: true
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
