import { fileURLToPath } from 'node:url'

/** What node is given to run a script of this folder, as TypeScript, in a process of its own. */
export const scriptArgv = (script: string, ...args: ReadonlyArray<string>): ReadonlyArray<string> => [
  ...['--import', import.meta.resolve('tsx')],
  fileURLToPath(new URL(script, import.meta.url)),
  ...args,
]
