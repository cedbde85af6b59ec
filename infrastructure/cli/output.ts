import { once } from 'node:events'
import { escapeUnseen } from '../../domain/escape-unseen.ts'
import { safeJson } from '../text/safe-json.ts'

/** A reader that stops reading (`| head`) ends the command, which is not a failure. */
const endWithReader = (error: NodeJS.ErrnoException): void => {
  if (error.code === 'EPIPE') process.exit(0)
  sayError(`cannot write to standard output: ${error.message}`)
  process.exit(1)
}

/** Handles a reader that stops reading, until `outliveReader`. */
export const guardOutput = (): void => {
  process.stdout.on('error', endWithReader)
}

/** For a command that must not end with its reader: it handles the errors of its output itself from now on. */
export const outliveReader = (): void => {
  process.stdout.off('error', endWithReader)
}

/** Prints one JSON value as a line on standard output; waits while the reader is slow. */
export const print = async (value: unknown): Promise<void> => {
  if (!process.stdout.write(`${safeJson(value)}\n`)) await once(process.stdout, 'drain')
}

/** Prints lines of text on standard output; waits while the reader is slow. A line feed within one is escaped. */
export const printText = async (lines: ReadonlyArray<string>): Promise<void> => {
  for (const line of lines) {
    const text = escapeUnseen(line).replaceAll('\n', '\\u000a')
    if (!process.stdout.write(`${text}\n`)) await once(process.stdout, 'drain')
  }
}

/** Writes text for people to standard error. */
export const say = (text: string): void => {
  process.stderr.write(`${escapeUnseen(text)}\n`)
}

type TellError = (line: string, stack?: string) => void

/** Marked in the same way as commander's own errors. */
let tellError: TellError = (line, stack) => {
  say(`error: ${line}`)
  if (stack !== undefined) say(stack)
}

/** For a service, whose standard error is a log: from now on, errors go there. */
export const tellErrorsBy = (tell: TellError): void => {
  tellError = tell
}

/** Tells of an error, each of its lines separately. */
export const sayError = (text: string, stack?: string): void => {
  const lines = text.split('\n')
  for (const [index, line] of lines.entries()) tellError(line, index === lines.length - 1 ? stack : undefined)
}

export const sayWarning = (text: string): void => say(`warning: ${text}`)
