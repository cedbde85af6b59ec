/** Told what the importer does, for logs and metrics. Must not throw. */
export interface ImportObserver {
  /** A batch is durable: `taken` deliveries, of which `absorbed` were known to be done and are only acknowledged. */
  imported(batch: { taken: number; absorbed: number; milliseconds: number }): void
  /** The stream had moved on: someone else writes to it. */
  conflicted(stream: string): void
  /** A store did not answer as it should; the importer tries again. The error holds no personal data. */
  failed(error: unknown): void
  /** A message made our own code throw; it is recorded with code 500. */
  defect(error: unknown): void
}
