#!/usr/bin/env node
import { endWhenInterrupted } from './stop-signal.ts'

// Before everything else is loaded, which takes a while.
endWhenInterrupted()
const isService = process.argv[2] === 'serve'
if (isService) {
  const { tellErrorsInLog } = await import('./tell-errors-in-log.ts')
  tellErrorsInLog()
}
const { run } = await import('./run.ts')
await run()
// A client library may still be waiting for a server that is silent.
if (isService) process.exit()
