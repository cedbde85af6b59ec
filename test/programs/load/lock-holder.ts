import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { exitOf } from '../../../demo/run-cli.ts'
import { firstMessage } from '../../support/real-processes/first-message.ts'

const holder = fileURLToPath(new URL('./processes/hold-write-lock.ts', import.meta.url))

/** How long the lock is held, and how long it is free in between, in milliseconds. */
export interface Rhythm {
  readonly held: number
  readonly free: number
}

/** Another process holds the write lock of an SQLite file until it is stopped. */
export const holdWriteLock = async (file: string, { held, free }: Rhythm): Promise<() => Promise<void>> => {
  const child = fork(holder, [file, String(held), String(free)], {
    execArgv: ['--import', import.meta.resolve('tsx')],
  })
  await firstMessage(child, 'the process that holds the lock')
  return async () => {
    child.kill('SIGKILL')
    await exitOf(child)
  }
}
