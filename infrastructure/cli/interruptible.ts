import { CommandFailed } from './command-context.ts'
import { stopSignal } from './stop-signal.ts'

/** Runs an action that rejects with the signal's reason when interrupted. @throws CommandFailed in that case */
export const interruptible = async <A>(
  use: (signal: AbortSignal) => Promise<A>,
  text = 'interrupted',
): Promise<A> => {
  const stop = stopSignal(() => {})
  try {
    return await use(stop)
  } catch (error) {
    throw stop.aborted && error === stop.reason ? new CommandFailed(text) : error
  }
}
