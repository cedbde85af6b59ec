import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'

export interface StartedProcess {
  /** Its standard output. */
  readonly lines: AsyncIterator<string>
  readonly exited: Promise<number | null>
  kill(): Promise<unknown>
}

/** Runs a file of this folder in a separate process, which does not outlive the test. */
export const startProcess = (file: string, ...args: ReadonlyArray<string>): StartedProcess => {
  const path = fileURLToPath(new URL(file, import.meta.url))
  const child: ChildProcess = spawn(process.execPath, ['--import', 'tsx', path, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const exited = new Promise<number | null>((resolve) => child.once('exit', resolve))
  const kill = () => {
    child.kill('SIGKILL')
    return exited
  }
  onTestFinished(async () => {
    await kill()
  })
  if (child.stdout === null) throw new Error('no standard output')
  return { lines: createInterface({ input: child.stdout })[Symbol.asyncIterator](), exited, kill }
}
