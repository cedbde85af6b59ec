export type Store = 'event store' | 'read models'

/**
 * - `away`: waiting can help: no answer, no leader, a lock, a full disk
 * - `refusing`: waiting cannot help: a wrong password, a missing permission, a server that is too old, a damaged file
 */
export type TroubleKind = 'away' | 'refusing'

/**
 * A store failed to do what it was asked, but not because of a defect of ours. Adapters throw this instead of their
 * drivers' errors; anything else that they throw is a defect. The text contains no personal data and no secrets.
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
