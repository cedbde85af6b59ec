import { pino } from 'pino'
import { escapeUnseen } from '../../domain/escape-unseen.ts'
import type { RecordedReason } from '../../domain/events/current.ts'
import type { ImportId } from '../../domain/ids.ts'
import { fileProblem } from '../text/file-problem.ts'
import { type AppendFile, openAppendFile } from './append-file.ts'
import type { Logger } from './logger.ts'
import { warnOfReaders } from './warn-of-readers.ts'

/** A refused message, for producers who look for their request. Contains no value of it except its `feedback_id`. */
export interface LoggedRefusal {
  readonly import_id: ImportId
  readonly feedback_id: string
  readonly code: number
  /** The tag of the first reason. */
  readonly reason: RecordedReason['tag'] | undefined
  /** The members and fields that the reasons name, but only plain names: others might be personal data. */
  readonly members: ReadonlyArray<string>
  readonly stream: string
  readonly revision: number
}

export interface FailureLog {
  logRefusal(refusal: LoggedRefusal): void
  /** For SIGHUP: reopens the file by name, after logrotate has moved it. */
  reopen(): void
  close(): void
}

/**
 * The failure log (`job_server.log`), one JSON object per line, in addition to the ordinary log. Throws if it cannot be
 * opened. If it later cannot be written or reopened, imports continue and the ordinary log says so, once.
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
      if (!failing) logger.error({ err: error }, 'the failure log cannot be written')
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
        logger.error({ err: error }, 'the failure log cannot be reopened: continuing with the old file')
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
