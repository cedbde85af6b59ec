import { once } from 'node:events'

/** A reader that has seen enough (`| head`) ends the command, and that is no failure. */
const endWithReader = (error: NodeJS.ErrnoException): void => {
  if (error.code === 'EPIPE') process.exit(0)
  throw error
}

/** One JSON value, one line, on standard output; waits while the reader is slow. */
export const print = async (value: unknown): Promise<void> => {
  if (!process.stdout.listeners('error').includes(endWithReader)) process.stdout.on('error', endWithReader)
  if (!process.stdout.write(`${JSON.stringify(value)}\n`)) await once(process.stdout, 'drain')
}

/** For people: standard error. */
export const say = (text: string): void => {
  process.stderr.write(`${text}\n`)
}
