import { contextOf } from '../../domain/events/stored-event.ts'
import type { ImportId } from '../../domain/ids.ts'
import { memberOf } from '../../domain/reason.ts'
import { databaseOf } from '../../domain/streams.ts'
import type { AuditIndex, ImportRecord } from '../ports/audit-index.ts'
import type { EventStore } from '../ports/event-store.ts'
import type { DayRange, RefusalCounts } from '../ports/refusal-counts.ts'
import type { RefusalDay, RefusalGroup } from '../ports/refusal-day.ts'
import { recordedEvent } from '../recorded-events.ts'

/** What refusals can be grouped by. */
export const dimensions = ['reason', 'member', 'account', 'db', 'app_id'] as const
export type Dimension = (typeof dimensions)[number]

/** What the refusals of a group have in common. Null: none, such as no account because it could not be read. */
export interface RefusalCriteria extends DayRange {
  readonly codes: ReadonlyArray<number>
  readonly reason?: string
  readonly member?: string | null
  readonly account?: number | null
  readonly db?: number | null
  readonly app_id?: string | null
}

export interface RefusalSummary {
  readonly criteria: RefusalCriteria
  /** True if the group counts refusals beyond the limit of a day, whose member and `app_id` are not known. */
  readonly overflow: boolean
  readonly count: number
  /** RFC 3339, UTC. */
  readonly first: string
  readonly last: string
  /** The import that was counted last, or one of them. */
  readonly example: ImportId
}

/** The refusals of some days, grouped; the largest groups first. */
export const groupRefusals = async (
  counts: RefusalCounts,
  by: ReadonlyArray<Dimension>,
  range: DayRange,
): Promise<ReadonlyArray<RefusalSummary>> => {
  const summaries = new Map<string, RefusalSummary>()
  for await (const day of counts.days(range)) {
    for (const group of day.groups) {
      const values = valuesOf(day, group, by)
      const overflow = group.overflow === true && (by.includes('member') || by.includes('app_id'))
      const key = JSON.stringify([by.map((dimension) => values[dimension]), overflow])
      const { count, first, last, example, code } = group
      const summary = {
        criteria: { ...range, codes: [code], ...values },
        overflow,
        count,
        first,
        last,
        example,
      }
      const known = summaries.get(key)
      summaries.set(key, known === undefined ? summary : together(known, summary))
    }
  }
  return [...summaries.values()].sort((a, b) => b.count - a.count)
}

const valuesOf = (
  { account_id, db_id }: RefusalDay,
  { reason, member, app_id }: RefusalGroup,
  by: ReadonlyArray<Dimension>,
): Partial<Pick<RefusalCriteria, Dimension>> => {
  const all = {
    reason,
    member: member === '' ? null : member,
    account: account_id ?? null,
    db: db_id ?? null,
    app_id: app_id === '' ? null : app_id,
  }
  return Object.fromEntries(by.map((dimension) => [dimension, all[dimension]]))
}

const together = (known: RefusalSummary, other: RefusalSummary): RefusalSummary => {
  const isLater = Date.parse(other.last) > Date.parse(known.last)
  return {
    ...known,
    criteria: {
      ...known.criteria,
      codes: [...new Set([...known.criteria.codes, ...other.criteria.codes])].sort((a, b) => a - b),
    },
    count: known.count + other.count,
    first: Date.parse(other.first) < Date.parse(known.first) ? other.first : known.first,
    last: isLater ? other.last : known.last,
    example: isLater ? other.example : known.example,
  }
}

/** The refusals that meet the criteria: those of one code after another, each oldest first. */
export async function* refusalsOf(
  auditIndex: AuditIndex,
  eventStore: EventStore,
  criteria: RefusalCriteria,
): AsyncGenerator<ImportRecord> {
  const { since } = criteria
  for (const code of criteria.codes) {
    const query = { by: 'code' as const, code, ...(since !== undefined && { since: midnight(since) }) }
    for await (const record of auditIndex.find(query))
      if (meets(record, criteria) && (await isFrom(eventStore, record, criteria))) yield record
  }
}

/** Only the event says which application sent the message. */
const isFrom = async (
  eventStore: EventStore,
  record: ImportRecord,
  { app_id }: RefusalCriteria,
): Promise<boolean> => {
  if (app_id === undefined) return true
  const recorded = await recordedEvent(eventStore, record)
  return (recorded && (contextOf(recorded.event)?.personal.properties.app_id || null)) === app_id
}

const midnight = (day: string): string => `${day}T00:00:00.000Z`

const meets = (
  { outcome, stream, time = '' }: ImportRecord,
  { reason, member, account, db, until }: RefusalCriteria,
): boolean => {
  if (outcome?.verdict !== 'rejected') return false
  const [first] = outcome.reasons
  if (first === undefined) return false
  const database = databaseOf(stream)
  return (
    (reason === undefined || first.tag === reason) &&
    (member === undefined || (memberOf(first) || null) === member) &&
    (account === undefined || (database?.account_id ?? null) === account) &&
    (db === undefined || (database?.db_id ?? null) === db) &&
    (until === undefined || Date.parse(time) < Date.parse(midnight(until)))
  )
}
