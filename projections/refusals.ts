import type { RecordedEvent } from '../application/ports/event-store.ts'
import type { RefusalDay, RefusalDayRef, RefusalGroup } from '../application/ports/refusal-day.ts'
import type { ImportRejected } from '../domain/events/current.ts'
import { memberOf } from '../domain/reason.ts'
import type { Projection } from './projection.ts'

/** Maximum groups per day that names from messages can create; the rest is counted in one group per code and reason. */
export const maxGroups = 1000

/** Names are shorter, except those that were not written by our importer. */
const maxNameLength = 256

export const idOfRefusals = ({ stream, day }: RefusalDayRef): string => `${stream}/${day}`

/** The refused imports of every day and database, counted by reason and sender. */
export const refusalsProjection: Projection<RefusalDayRef, RefusalDay> = {
  name: 'refusals',
  version: '2',
  idOf: idOfRefusals,
  bytesOf: ({ groups }) =>
    groups.reduce((sum, { member, app_id }) => sum + 200 + member.length + app_id.length, 200),
  idOfEvent: (recorded) => {
    const day = refOf(recorded)
    return day && idOfRefusals(day)
  },

  mayShow: (refusals, { event, ...place }, known) => {
    if (event.type !== 'Unreadable') return false
    // Type and stream may be what is damaged.
    const { type, stream, revision } = known ?? { ...place, type: event.storedType }
    const time = known?.time ?? event.context?.public.time
    return (
      type === 'ImportRejected' &&
      stream === refusals.stream &&
      revision <= refusals.revision &&
      (time === undefined || dayOf(time) === refusals.day)
    )
  },

  reads: (events) => {
    const refs = new Map<string, RefusalDayRef>()
    for (const recorded of events) {
      const ref = refOf(recorded)
      if (ref !== undefined) refs.set(idOfRefusals(ref), ref)
    }
    return [...refs.values()]
  },

  fold: (present, events) => {
    const days = new Map(present.map((refusals) => [idOfRefusals(refusals), counting(refusals)]))
    const changed = new Map<string, Counting>()
    for (const recorded of events) {
      const ref = refOf(recorded)
      if (ref === undefined || recorded.event.type !== 'ImportRejected') continue
      const { account_id, db_id } = recorded.event.public
      const database = account_id === undefined || db_id === undefined ? {} : { account_id, db_id }
      const id = idOfRefusals(ref)
      const day = days.get(id) ?? counting({ ...ref, ...database, revision: -1, groups: [] })
      // Already counted: the projection was interrupted between its documents and its checkpoint.
      if (recorded.revision <= day.revision) continue
      count(day.groups, recorded.event)
      day.revision = recorded.revision
      days.set(id, day)
      changed.set(id, day)
    }
    return [...changed.values()].map(({ about, revision, groups }) => ({
      ...about,
      revision,
      groups: [...groups.values()],
    }))
  },
}

const dayOf = (time: string): string => time.slice(0, 10)

/** The document that counts a refusal. All its events are of one stream, so their revisions tell what is counted. */
const refOf = ({ event, stream }: RecordedEvent): RefusalDayRef | undefined =>
  event.type === 'ImportRejected' ? { stream, day: dayOf(event.public.time) } : undefined

/** A document while it is being folded. */
interface Counting {
  readonly about: Omit<RefusalDay, 'revision' | 'groups'>
  revision: number
  readonly groups: Map<string, RefusalGroup>
}

const counting = ({ revision, groups, ...about }: RefusalDay): Counting => ({
  about,
  revision,
  groups: new Map(groups.map((group) => [keyOf(group), group])),
})

type GroupName = Pick<RefusalGroup, 'code' | 'reason' | 'member' | 'app_id' | 'overflow'>

const keyOf = ({ code, reason, member, app_id, overflow }: GroupName): string =>
  JSON.stringify([code, reason, member, app_id, overflow])

const count = (groups: Map<string, RefusalGroup>, event: Refusal): void => {
  const { time, import_id: example } = event.public
  const name = nameWithin(groups, event)
  const known = groups.get(keyOf(name))
  groups.set(keyOf(name), {
    ...name,
    count: 1 + (known?.count ?? 0),
    first: known !== undefined && Date.parse(known.first) <= Date.parse(time) ? known.first : time,
    last: known !== undefined && Date.parse(known.last) > Date.parse(time) ? known.last : time,
    example,
  })
}

type Refusal = Extract<RecordedEvent['event'], ImportRejected>

const nameWithin = (groups: ReadonlyMap<string, RefusalGroup>, event: Refusal): GroupName => {
  const [reason] = event.personal.reasons
  const { app_id = '' } = event.personal.properties
  const name = {
    code: event.public.code,
    reason: event.public.reason_tags[0] ?? '',
    member: reason === undefined ? '' : memberOf(reason).slice(0, maxNameLength),
    app_id: app_id.slice(0, maxNameLength),
  }
  const isNamed = name.member !== '' || name.app_id !== ''
  return isNamed && groups.size >= maxGroups && !groups.has(keyOf(name))
    ? { ...name, member: '', app_id: '', overflow: true }
    : name
}
