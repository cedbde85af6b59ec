#!/usr/bin/env node
import { endWhenInterrupted } from './stop-signal.ts'

// Before everything else is loaded, which takes a while.
endWhenInterrupted()
if (process.argv[2] === 'serve') {
  const { tellErrorsInLog } = await import('./tell-errors-in-log.ts')
  tellErrorsInLog()
}
const { run } = await import('./run.ts')
await run()
