import { CommanderError } from 'commander'
import { errorWithoutText, isEngineError } from '../../application/error-without-text.ts'
import { redactUrl } from '../log/redact-url.ts'
import { CommandFailed, UsageError } from './command-context.ts'
import { guardOutput, sayError } from './output.ts'
import { program } from './program.ts'

/** Tells of the error, and gives the exit status: 1 failure, 2 wrong usage or configuration; 0 for help. */
const statusOf = (error: unknown): number => {
  // Commander has already told its message.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
  if (isEngineError(error)) {
    // Without its text, which may hold personal data.
    const { type, stack } = errorWithoutText(error)
    sayError(`internal error (${type})`, stack)
    return 1
  }
  const isExpected = error instanceof UsageError || error instanceof CommandFailed
  const stack =
    !isExpected && process.env.LOG_LEVEL === 'debug' && error instanceof Error ? error.stack : undefined
  sayError(redactUrl(error instanceof Error ? error.message : String(error)), stack && redactUrl(stack))
  return error instanceof UsageError ? 2 : 1
}

/** Runs the command that the arguments of the process name, and sets its exit status. */
export const run = async (): Promise<void> => {
  // Node's deprecation warnings about client libraries are of no use to the users of this program.
  process.noDeprecation = true
  guardOutput()
  let ended = false
  // Emitted when nothing more can happen. Node would exit with status 13 and print nothing.
  process.once('beforeExit', () => {
    if (ended) return
    sayError('the command ended before it was finished (internal error)')
    process.exitCode = 1
  })
  try {
    await program().parseAsync()
  } catch (error) {
    process.exitCode = statusOf(error)
  } finally {
    ended = true
  }
}
