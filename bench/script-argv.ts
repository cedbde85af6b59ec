import { fileURLToPath } from 'node:url'

/** Arguments for node to run a script of this folder, as TypeScript, in a separate process. */
export const scriptArgv = (script: string, ...args: ReadonlyArray<string>): ReadonlyArray<string> => [
  ...['--import', import.meta.resolve('tsx')],
  fileURLToPath(new URL(script, import.meta.url)),
  ...args,
]
