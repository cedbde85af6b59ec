import { spawn } from 'node:child_process'

// A test worker whose main process is gone would continue with its tests, and so with its brokers.
process.once('disconnect', () => process.exit(1))

/**
 * Runs a shell command when this process ends, even by SIGKILL: a shell waits for the end of a pipe that only this
 * process holds. `argv` are the command's `$0`, `$1` … Returns a function that cancels the guard.
 */
export const guardAgainstOrphans = (command: string, ...argv: Array<string>): (() => void) => {
  const guard = spawn('/bin/sh', ['-c', `read -r _; ${command}`, ...argv], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  })
  guard.unref()
  // A child's pipe is a socket, which keeps the process alive by default.
  if ('unref' in guard.stdin && typeof guard.stdin.unref === 'function') guard.stdin.unref()
  guard.stdin.on('error', () => {})
  return () => {
    guard.kill('SIGKILL')
  }
}
