import type { StoreTrouble } from '../ports/store-trouble.ts'

/** Observes the importer, for logs and metrics. Must not throw. */
export interface ImportObserver {
  /** A batch is durable. Of the `taken` deliveries, `absorbed` were known to be done and are only acknowledged. */
  imported(batch: { taken: number; absorbed: number; milliseconds: number }): void
  /** The stream had moved on: another process writes to it. */
  conflicted(stream: string): void
  /** It is unknown whether an append was written; the same append is repeated. */
  appendUnknown(): void
  /** This many messages claimed to be replays without the mark of `replay`. They are imported like any others. */
  replaysUnproven(messages: number): void
  /** A store is in trouble: the importer retries until `recovered`. */
  failed(trouble: StoreTrouble): void
  /** The stores answer. Also called if nothing had failed. */
  recovered(): void
  /** A message made our code throw; it is recorded with code 500. */
  defect(error: unknown): void
}

/** For an importer whose progress nobody follows. */
export const unobserved: ImportObserver = {
  imported: () => {},
  conflicted: () => {},
  appendUnknown: () => {},
  replaysUnproven: () => {},
  failed: () => {},
  recovered: () => {},
  defect: () => {},
}
