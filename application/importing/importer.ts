import type { ImportSource } from '../ports/import-source.ts'
import { ImportingSession } from './importing-session.ts'
import type { ImporterSettings, SessionPorts } from './session-ports.ts'

export interface ImporterPorts extends SessionPorts {
  readonly source: ImportSource
}

/**
 * Takes messages from the source in batches and records the outcome of each, until the source ends or the signal
 * aborts. Then it finishes the current batch, unless a store is away.
 */
export const runImporter = async (
  ports: ImporterPorts,
  settings: ImporterSettings,
  signal: AbortSignal,
): Promise<void> => {
  while (!signal.aborted) {
    const session = await ports.source.open(signal)
    if (session === undefined) return
    try {
      await new ImportingSession(ports, settings, session, signal).run()
    } finally {
      await session.close()
    }
  }
}
