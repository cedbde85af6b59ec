import { createLogger } from '../../../infrastructure/log/logger.ts'

export const memoryLogger = () => {
  const lines: Array<string> = []
  const logger = createLogger({ LOG_LEVEL: 'info' }, { write: (line) => void lines.push(line) })
  return { lines, logger }
}
