import { pino } from 'pino'
import { escapeUnseen } from '../../domain/escape-unseen.ts'
import type { Reason } from '../../domain/events/current.ts'
import type { ImportId } from '../../domain/ids.ts'
import { fileProblem } from '../text/file-problem.ts'
import { type AppendFile, openAppendFile } from './append-file.ts'
import type { Logger } from './logger.ts'
import { warnOfReaders } from './warn-of-readers.ts'

/** A refused message, for those who look for their request: no value of it but its `feedback_id`. */
export interface LoggedRefusal {
  readonly import_id: ImportId
  readonly feedback_id: string
  readonly code: number
  /** The tag of the first reason. */
  readonly reason: Reason['tag'] | undefined
  readonly stream: string
  readonly revision: number
}

export interface FailureLog {
  logRefusal(refusal: LoggedRefusal): void
  /** For SIGHUP: opens the file anew by its name, after logrotate has moved it. */
  reopen(): void
  close(): void
}

/**
 * The log of failures (`job_server.log`), one JSON object a line, beside the ordinary log. Throws when it cannot be
 * opened; when it cannot be written later, or opened anew, the import goes on and the ordinary log says so, once.
 */
export const openFailureLog = (path: string, logger: Logger): FailureLog => {
  const file = openedAt(path)
  warnOfReaders(path, logger)
  let failing = false
  const write = (line: string) => {
    try {
      file.write(line)
      failing = false
    } catch (error) {
      if (!failing) logger.error({ err: error }, 'the log of failures cannot be written')
      failing = true
    }
  }
  const failures = pino(
    { base: null, timestamp: pino.stdTimeFunctions.isoTime, hooks: { streamWrite: escapeUnseen } },
    { write },
  )
  return {
    logRefusal: (refusal) => {
      const level = refusal.code === 500 ? 'error' : 'info'
      logger[level](refusal, 'import refused')
      failures[level](refusal, 'import refused')
    },
    reopen: () => {
      try {
        file.reopen()
      } catch (error) {
        logger.error(
          { err: error },
          'the log of failures cannot be opened anew: going on with the former file',
        )
      }
    },
    close: () => file.close(),
  }
}

const openedAt = (path: string): AppendFile => {
  try {
    return openAppendFile(path)
  } catch (error) {
    throw new Error(`LOG_FILE: ${path}: cannot be written: ${fileProblem(error)}`)
  }
}
