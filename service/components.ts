import { CannotGoOn } from '../application/cannot-go-on.ts'
import { errorWithoutText, type LoggedError } from '../application/error-without-text.ts'
import type { ServiceLogger } from '../application/ports/service-logger.ts'

/** The components of the service. If one has a defect, only that one stops, and the service is not ready. */
export interface Components {
  /** A defect stopped the component. */
  stopped(component: string, error: LoggedError): void
  /** The component works again after a restart. */
  works(component: string): void
  readonly defective: ReadonlySet<string>
}

export const createComponents = (logger: Pick<ServiceLogger, 'error'>): Components => {
  const defective = new Set<string>()
  return {
    defective,
    stopped: (component, error) => {
      defective.add(component)
      logger.error({ component, err: error }, 'component stopped by an internal error')
    },
    works: (component) => {
      defective.delete(component)
    },
  }
}

/** Runs a component; a defect stops only this one. @throws CannotGoOn */
export const runComponent = async (
  component: string,
  run: () => Promise<void>,
  { stopped }: Pick<Components, 'stopped'>,
): Promise<void> => {
  try {
    await run()
  } catch (error) {
    if (error instanceof CannotGoOn) throw error
    stopped(component, errorWithoutText(error))
  }
}
