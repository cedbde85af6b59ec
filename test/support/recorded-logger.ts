import { createLogger } from '../../infrastructure/log/logger.ts'

/** The program's logger, and the lines that were logged. */
export const recordedLogger = () => {
  const lines: Array<string> = []
  const logger = createLogger({ LOG_LEVEL: 'info' }, { write: (line) => void lines.push(line) })
  return { lines, logger }
}
