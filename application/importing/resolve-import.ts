import { outcomeUnreadable } from '../../domain/events/answer.ts'
import type { DomainEvent } from '../../domain/events/current.ts'
import type { ImportId } from '../../domain/ids.ts'
import { importRejected } from '../../domain/import-rejected.ts'
import { importRepeated } from '../../domain/import-repeated.ts'
import type { Reasons } from '../../domain/refuse.ts'
import { type Attempt, isKnownByItsBytes, reusedId } from './attempt.ts'
import type { KeyedProfile } from './held-stream.ts'
import type { Knowledge } from './look-up.ts'
import type { Absorbers } from './redeliveries.ts'
import type { MatchTrace } from './with-context.ts'
import type { KnownImport, WorkingSet } from './working-set.ts'

export interface Decision {
  readonly event: DomainEvent
  readonly importId: ImportId
  readonly match?: MatchTrace | undefined
  /** The resulting profile. */
  readonly document?: KeyedProfile
}

/** A new message, one that is done, or one that is answered without an import. */
export type Resolution =
  | { readonly tag: 'Import' }
  /** Its outcome is in the log, so it is only acknowledged. `absorbedBy`: that outcome, if only bytes identify it. */
  | { readonly tag: 'Done'; readonly absorbedBy?: ImportId }
  | ({ readonly tag: 'Decided' } & Decision)

/** Distinguishes new messages from those that are done: by import id, or by the bytes of a redelivery that has none. */
export const resolveImport = (
  attempt: Attempt,
  records: Knowledge['records'],
  workingSet: WorkingSet,
  absorbers: Absorbers,
): Resolution => {
  const known = (id: ImportId): KnownImport | undefined => workingSet.import(id) ?? records.get(id)
  const { delivery, received, importId, repetitionId, triedAs } = attempt

  // A try whose answer was lost may have been written: then the log has it under the id of that try.
  if (triedAs !== undefined && known(triedAs) !== undefined) return { tag: 'Done' }

  const first = known(importId)
  if (first === undefined) {
    const absorbedBy = isKnownByItsBytes(attempt) ? absorbers.absorb(received.message.sha256) : undefined
    return absorbedBy === undefined ? { tag: 'Import' } : { tag: 'Done', absorbedBy }
  }
  const isSameBody = first.bodySha256 === undefined || first.bodySha256 === received.message.sha256
  const refusedAs = isSameBody ? undefined : reusedId(attempt)
  const refused = refusedAs === undefined ? undefined : known(refusedAs)
  if (refusedAs !== undefined && refused === undefined) {
    return { tag: 'Decided', event: refusalOf(attempt, [{ tag: 'MessageIdReused' }]), importId: refusedAs }
  }
  const repeated = refused ?? first
  // An event that has lost its context answers nobody, so the sender of a redelivery may still wait for the answer.
  if (delivery.redelivered && repeated.bodySha256 !== undefined) return { tag: 'Done' }
  return {
    tag: 'Decided',
    event: importRepeated(repeated.importId, repeated.outcome ?? outcomeUnreadable, received.database),
    importId: repetitionId,
  }
}

export const refusalOf = (attempt: Attempt, reasons: Reasons): DomainEvent =>
  importRejected(reasons, attempt.received.database)
