import { once } from 'node:events'
import { escapeUnseen } from '../../domain/escape-unseen.ts'
import { safeJson } from '../text/safe-json.ts'

/** A reader that has seen enough (`| head`) ends the command, and that is no failure. */
const endWithReader = (error: NodeJS.ErrnoException): void => {
  if (error.code === 'EPIPE') process.exit(0)
  sayError(`standard output cannot be written: ${error.message}`)
  process.exit(1)
}

/** What a reader that goes away means to a command; until `outliveReader`. */
export const guardOutput = (): void => {
  process.stdout.on('error', endWithReader)
}

/** For a command that loses something with its reader: it handles the errors of its output from now on. */
export const outliveReader = (): void => {
  process.stdout.off('error', endWithReader)
}

/** One JSON value, one line, on standard output; waits while the reader is slow. */
export const print = async (value: unknown): Promise<void> => {
  if (!process.stdout.write(`${safeJson(value)}\n`)) await once(process.stdout, 'drain')
}

/** For people: standard error. */
export const say = (text: string): void => {
  process.stderr.write(`${escapeUnseen(text)}\n`)
}

/** What went wrong, marked as commander marks its own. */
export const sayError = (text: string): void => {
  for (const line of text.split('\n')) say(`error: ${line}`)
}
