import { pino } from 'pino'

/** A logger, and the lines that were logged. */
export const recordedLog = () => {
  const lines: Array<string> = []
  const log = pino({ level: 'info' }, { write: (line: string) => lines.push(line) })
  return { log, lines }
}
