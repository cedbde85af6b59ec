import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'

const changing = [
  ...(['openSync', 'writeSync', 'writeFileSync', 'fsyncSync', 'renameSync', 'rmSync', 'mkdirSync'] as const),
]

/**
 * Runs an action as a process that is killed before the `n`th call, from 1, that changes files: from then on, none does
 * anything. True if it came so far.
 */
export const crashingAt = async (n: number, action: () => Promise<unknown>): Promise<boolean> => {
  let calls = 0
  const originals = changing.map((name) => [name, fs[name]] as const)
  for (const [name, original] of originals)
    Object.assign(fs, {
      [name]: (...argv: ReadonlyArray<unknown>) => {
        calls += 1
        if (calls >= n) throw new Error(`at call ${n}: ${name} ${argv[0]}`)
        return Reflect.apply(original, fs, argv)
      },
    })
  syncBuiltinESMExports()
  try {
    await action()
    return calls >= n
  } catch (error) {
    // It may have been told in other words.
    if (calls >= n) return true
    throw error
  } finally {
    for (const [name, original] of originals) Object.assign(fs, { [name]: original })
    syncBuiltinESMExports()
  }
}
