import type { Writable } from 'node:stream'
import { CannotGoOn } from '../../application/cannot-go-on.ts'

/** The reader of the output is gone, or it cannot be written. */
export class OutputClosedError extends CannotGoOn {
  override readonly name = 'OutputClosedError'
}

/** Writes text, and resolves when it has left the process. Rejects with `OutputClosedError`. */
export const createWriter = (output: Writable): ((text: string) => Promise<void>) => {
  // The callback of the write reports it; without a listener the same error would end the process.
  output.on('error', () => {})
  return (text) =>
    new Promise((resolve, reject) => {
      output.write(text, (error) => {
        if (error) reject(new OutputClosedError(`cannot write the output: ${error.message}`))
        else resolve()
      })
    })
}
