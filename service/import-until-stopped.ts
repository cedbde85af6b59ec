import { CannotGoOn } from '../application/cannot-go-on.ts'
import { errorWithoutText } from '../application/error-without-text.ts'
import { runImporter } from '../application/importing/importer.ts'
import { type RetryPolicy, retry } from '../application/retry.ts'
import type { Importing, Pipeline } from './pipeline.ts'

/** Each session returns its messages, and brokers count redeliveries, so the waits grow long. */
const afterDefect: RetryPolicy = { first: 1000, longest: 300_000 }

/**
 * A defect ends the session of the importer, and another one begins after a while. If it ended the process, a
 * supervisor would restart it at once.
 */
export const importUntilStopped = async (
  { queue, components, clock, chance }: Pipeline,
  importing: Importing,
  signal: AbortSignal,
): Promise<void> => {
  const again = retry(afterDefect, { clock, chance })
  const observer: Importing['observer'] = {
    ...importing.observer,
    imported: (batch) => {
      again.reset()
      components.works('import')
      importing.observer.imported(batch)
    },
  }
  const settings = { ...importing.settings, redeliveries: { queue, window: importing.prefetch } }
  while (!signal.aborted) {
    try {
      return await runImporter({ ...importing, observer }, settings, signal)
    } catch (error) {
      if (error instanceof CannotGoOn) throw error
      components.stopped('import', errorWithoutText(error))
    }
    await again.wait(signal)
  }
}
