import { errorWithoutText } from '../../application/error-without-text.ts'
import { createLogger } from '../log/logger.ts'
import { tellErrorsBy } from './output.ts'

/** For a service, whose standard error is a log: tells there why it ends, whatever the level. */
export const tellErrorsInLog = (): void => {
  const ending = createLogger({ LOG_LEVEL: 'fatal' })
  tellErrorsBy((line, stack) => ending.fatal(stack === undefined ? {} : { stack }, line))
  process.once('uncaughtException', (error) => {
    ending.fatal({ err: errorWithoutText(error) }, 'ended by an internal error')
    process.exit(1)
  })
}
