import type { RefusalDay, RefusalDayRef, RefusalGroup } from '../../application/ports/refusal-day.ts'
import type { DocumentKind, StoredDocument } from './document-kind.ts'
import { decodeAs, encodeNumber, encodeText, type StoredJson, type StoredNumber } from './stored-json.ts'

export interface StoredRefusals extends StoredDocument {
  /** `<stream>/<day>` */
  readonly _id: string
  readonly stream: string
  readonly day: string
  readonly account_id?: StoredNumber
  readonly db_id?: StoredNumber
  readonly groups: ReadonlyArray<StoredGroup>
}

interface StoredGroup extends Omit<RefusalGroup, 'member' | 'app_id' | 'count'> {
  readonly member: StoredJson
  readonly app_id: StoredJson
  readonly count: StoredNumber
}

const byDay = { stream: 1, day: 1 } as const

export const refusalDocuments: DocumentKind<RefusalDayRef, RefusalDay, StoredRefusals> = {
  indexes: [{ name: 'by_day', key: byDay }],
  scanOrder: byDay,
  toStored: ({ stream, day, account_id, db_id, revision, groups }) => ({
    _id: idOf({ stream, day }),
    stream,
    day,
    ...(account_id === undefined ? {} : { account_id: encodeNumber(account_id) }),
    ...(db_id === undefined ? {} : { db_id: encodeNumber(db_id) }),
    revision: encodeNumber(revision),
    groups: groups.map(({ member, app_id, count, ...group }) => ({
      ...group,
      member: encodeText(member),
      app_id: encodeText(app_id),
      count: encodeNumber(count),
    })),
  }),
  isNew: () => false,
  fromStored: ({ stream, day, account_id, db_id, revision, groups }) => ({
    stream,
    day,
    ...(account_id === undefined ? {} : { account_id: decodeAs(account_id) }),
    ...(db_id === undefined ? {} : { db_id: decodeAs(db_id) }),
    revision: decodeAs(revision),
    groups: groups.map(({ member, app_id, count, ...group }) => ({
      ...group,
      member: decodeAs(member),
      app_id: decodeAs(app_id),
      count: decodeAs(count),
    })),
  }),
  having: (refs) => ({ _id: { $in: refs.map(idOf) } }),
}

const idOf = ({ stream, day }: RefusalDayRef): string => `${stream}/${day}`
