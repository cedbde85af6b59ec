export type Store = 'event store' | 'read models'

/**
 * - `away`: waiting can mend it: no answer, no leader, a lock, a full disk
 * - `refusing`: waiting cannot: a wrong password, a missing right, a server that is too old, a damaged file
 */
export type TroubleKind = 'away' | 'refusing'

/**
 * A store did not do what it was asked to, and not because of a defect of ours. What adapters raise in place of their
 * drivers' errors; whatever else they throw is a defect. The text holds no personal data and no secret.
 */
export class StoreTrouble extends Error {
  readonly store: Store
  readonly kind: TroubleKind

  constructor(store: Store, kind: TroubleKind, text: string) {
    super(text)
    this.store = store
    this.kind = kind
  }
}
