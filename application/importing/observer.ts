import type { StoreTrouble } from '../ports/store-trouble.ts'

/** Told what the importer does, for logs and metrics. Must not throw. */
export interface ImportObserver {
  /** A batch is durable: `taken` deliveries, of which `absorbed` were known to be done and are only acknowledged. */
  imported(batch: { taken: number; absorbed: number; milliseconds: number }): void
  /** The stream had moved on: someone else writes to it. */
  conflicted(stream: string): void
  /** Nobody knows yet whether an append was written: the very same one is made again. */
  appendUnknown(): void
  /** So many messages said that they replay an import, without the mark of `replay`: they are imported as any others. */
  replaysUnproven(messages: number): void
  /** A store is in trouble: the importer tries again until `recovered`. */
  failed(trouble: StoreTrouble): void
  /** The stores answer; also told where nothing had failed. */
  recovered(): void
  /** A message made our own code throw; it is recorded with code 500. */
  defect(error: unknown): void
}
