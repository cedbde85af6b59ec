import type { Writable } from 'node:stream'
import { CannotGoOn } from '../../application/cannot-go-on.ts'

/** Whoever read the output is gone, or it cannot be written. */
export class OutputClosedError extends CannotGoOn {
  override readonly name = 'OutputClosedError'
}

/** Writes text and resolves when it has left the process; rejects with `OutputClosedError`. */
export const createWriter = (output: Writable): ((text: string) => Promise<void>) => {
  // The callback of the write tells; without a listener the same error would end the process.
  output.on('error', () => {})
  return (text) =>
    new Promise((resolve, reject) => {
      output.write(text, (error) => {
        if (error) reject(new OutputClosedError(`the output cannot be written: ${error.message}`))
        else resolve()
      })
    })
}
