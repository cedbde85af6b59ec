import { parseArgs } from 'node:util'

export interface TortureOptions {
  /** How long faults come; start, recovery and judgement are added. */
  readonly minutes: number
  /** Decides every message and every fault. */
  readonly seed: number
}

/** `--minutes N`, `--seed N`. */
export const parseOptions = (): TortureOptions => {
  const { values } = parseArgs({ options: { minutes: { type: 'string' }, seed: { type: 'string' } } })
  const minutes = Number(values.minutes ?? 2)
  if (!(minutes > 0 && minutes <= 1440)) throw new Error('--minutes: a number above 0, up to 1440')
  const seed = Number(values.seed ?? Math.floor(Math.random() * 1_000_000))
  if (!Number.isSafeInteger(seed) || seed < 0) throw new Error('--seed: a whole number from 0')
  return { minutes, seed }
}
