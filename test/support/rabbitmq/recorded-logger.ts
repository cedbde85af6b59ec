import { pino } from 'pino'

/** A logger, and the lines that were logged. */
export const recordedLogger = () => {
  const lines: Array<string> = []
  const logger = pino({ level: 'info' }, { write: (line: string) => lines.push(line) })
  return { logger, lines }
}
