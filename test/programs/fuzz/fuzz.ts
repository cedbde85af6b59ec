import { parseArgs } from 'node:util'
import { fuzzInputs } from './fuzz-inputs.ts'
import { findSlowest, timeAgain } from './slowest/slowest.ts'

/**
 * `--inputs N`, `--seed N`; `--block N` repeats one block. `--slowest` searches for the slowest message instead, for
 * `--minutes N`; `--again FILE` times the messages that it found.
 */
const { values } = parseArgs({
  options: {
    ...{ inputs: { type: 'string' }, seed: { type: 'string' }, block: { type: 'string' } },
    ...{ slowest: { type: 'boolean' }, minutes: { type: 'string' }, again: { type: 'string' } },
  },
})
const whole = (name: 'inputs' | 'minutes' | 'seed' | 'block', otherwise: number): number => {
  const number = Number(values[name] ?? otherwise)
  if (!Number.isSafeInteger(number) || number < 0) throw new Error(`--${name}: a whole number from 0`)
  return number
}
const seed = whole('seed', Math.floor(Math.random() * 1_000_000))
if (values.again !== undefined) await timeAgain(values.again)
else if (values.slowest) await findSlowest(seed, whole('minutes', 15))
else
  await fuzzInputs(seed, whole('inputs', 100_000), values.block === undefined ? undefined : whole('block', 0))
