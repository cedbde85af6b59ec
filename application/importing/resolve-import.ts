import { outcomeUnreadable } from '../../domain/events/answer.ts'
import type { DomainEvent } from '../../domain/events/import-event.ts'
import type { ImportId } from '../../domain/ids.ts'
import { type Rejection, rejectionCode } from '../../domain/rejection.ts'
import { type Attempt, reusedId } from './attempt.ts'
import type { Knowledge } from './look-up.ts'
import type { MatchRecord } from './record.ts'
import type { Redeliveries } from './redeliveries.ts'
import type { KeyedProfile, KnownImport, WorkingSet } from './working-set.ts'

export interface Decision {
  readonly event: DomainEvent
  readonly importId: ImportId
  readonly match?: MatchRecord | undefined
  /** The profile as the event leaves it. */
  readonly document?: KeyedProfile
}

/** A new message, one that is done, or one that is answered without being imported. */
export type Resolution =
  | { readonly tag: 'Import' }
  | { readonly tag: 'Done' }
  | ({ readonly tag: 'Decided' } & Decision)

/** Tells a new message from one that is done: by its import id, or by the bytes of a redelivery that has none. */
export const resolveImport = (
  { workingSet, redeliveries }: { workingSet: WorkingSet; redeliveries: Redeliveries },
  attempt: Attempt,
  knowledge: Knowledge,
): Resolution => {
  const known = (id: ImportId): KnownImport | undefined => workingSet.import(id) ?? fromLog(knowledge, id)
  const { delivery, received, importId, repetitionId, triedAs } = attempt

  // A try whose answer was lost may have been written: then the log has it under the id of that try.
  if (attempt.done || (triedAs !== undefined && known(triedAs) !== undefined)) return { tag: 'Done' }

  const first = known(importId)
  if (first === undefined) {
    return delivery.redelivered && !attempt.identified && redeliveries.absorb(received.message.sha256)
      ? { tag: 'Done' }
      : { tag: 'Import' }
  }
  const isSameBody = first.bodySha256 === undefined || first.bodySha256 === received.message.sha256
  const refusedAs = isSameBody ? undefined : reusedId(attempt)
  const refused = refusedAs === undefined ? undefined : known(refusedAs)
  if (refusedAs !== undefined && refused === undefined) {
    return { tag: 'Decided', event: rejected(attempt, { tag: 'MessageIdReused' }), importId: refusedAs }
  }
  const repeated = refused ?? first
  // An event that has lost its metadata answers nobody: who delivers again may still wait for the answer.
  if (delivery.redelivered && repeated.bodySha256 !== undefined) return { tag: 'Done' }
  return {
    tag: 'Decided',
    event: {
      type: 'ImportRepeated',
      data: { first_import_id: repeated.importId, first_outcome: repeated.outcome ?? outcomeUnreadable },
    },
    importId: repetitionId,
  }
}

const fromLog = (knowledge: Knowledge, importId: ImportId): KnownImport | undefined =>
  knowledge.log.records.get(importId)

export const rejected = (attempt: Attempt, rejection: Rejection): DomainEvent => ({
  type: 'ImportRejected',
  data: { code: rejectionCode(rejection), rejection, ...attempt.received.database },
})
