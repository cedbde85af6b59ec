import { CannotGoOn } from '../application/cannot-go-on.ts'
import { errorWithoutText, type LoggedError } from '../application/error-without-text.ts'
import type { ServiceLogger } from './service-logger.ts'

/** The components of the service, and what becomes of one that has a defect: it stops alone, and the service is not ready. */
export interface Components {
  /** A defect has stopped the component. */
  stopped(component: string, error: LoggedError): void
  /** The component, begun anew, does its work. */
  works(component: string): void
  readonly defective: ReadonlySet<string>
}

export const createComponents = (logger: Pick<ServiceLogger, 'error'>): Components => {
  const defective = new Set<string>()
  return {
    defective,
    stopped: (component, error) => {
      defective.add(component)
      logger.error({ component, err: error }, 'a defect has stopped this component of the service')
    },
    works: (component) => {
      defective.delete(component)
    },
  }
}

/** Runs a component that a defect stops alone. @throws CannotGoOn */
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
