import { CannotGoOn } from '../application/cannot-go-on.ts'
import { errorWithoutText, type LoggedError } from '../application/error-without-text.ts'
import type { ServiceLogger } from './service-logger.ts'

/** The parts of the service, and what becomes of one that has a defect: it stops alone, and the service is not ready. */
export interface Parts {
  /** A defect has stopped the part. */
  stopped(part: string, error: LoggedError): void
  /** The part, begun anew, does its work. */
  works(part: string): void
  readonly defective: ReadonlySet<string>
}

export const createParts = (log: Pick<ServiceLogger, 'error'>): Parts => {
  const defective = new Set<string>()
  return {
    defective,
    stopped: (part, error) => {
      defective.add(part)
      log.error({ part, err: error }, 'a defect has stopped this part of the service')
    },
    works: (part) => {
      defective.delete(part)
    },
  }
}

/** Runs a part that a defect stops alone. @throws CannotGoOn */
export const runPart = async (
  part: string,
  run: () => Promise<void>,
  { stopped }: Pick<Parts, 'stopped'>,
): Promise<void> => {
  try {
    await run()
  } catch (error) {
    if (error instanceof CannotGoOn) throw error
    stopped(part, errorWithoutText(error))
  }
}
