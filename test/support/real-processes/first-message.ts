import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'

/** Resolves when a child process has sent its first message. @throws if it ends before */
export const firstMessage = async (child: ChildProcess, name: string): Promise<void> => {
  await Promise.race([
    once(child, 'message'),
    once(child, 'exit').then(() => {
      throw new Error(`${name} has ended`)
    }),
  ])
}
