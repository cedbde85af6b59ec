import { parseArgs } from 'node:util'
import type { Sizes } from './bench-run.ts'

export const measurements = [
  ...(['ceiling', 'serve', 'import', 'store_ceiling', 'import_large'] as const),
  ...(['read_ceiling', 'rebuild', 'latency', 'memory'] as const),
] as const
export type Measurement = (typeof measurements)[number]

export interface Options {
  readonly quick: boolean
  readonly only: ReadonlySet<Measurement>
  readonly sizes: Sizes
}

const full: Sizes = {
  messages: 50_000,
  base: 100_000,
  largeBase: 500_000,
  backlog: 200_000,
  latencySeconds: 15,
}
const small: Sizes = { messages: 10_000, base: 10_000, largeBase: 50_000, backlog: 40_000, latencySeconds: 5 }

/** `--messages N`, `--quick`, `--only serve,import`. */
export const parseOptions = (): Options => {
  const { values } = parseArgs({
    options: { messages: { type: 'string' }, quick: { type: 'boolean' }, only: { type: 'string' } },
  })
  const quick = values.quick ?? false
  const sizes = quick ? small : full
  const messages = Number(values.messages ?? sizes.messages)
  if (!Number.isSafeInteger(messages) || messages < 1000)
    throw new Error('--messages: a whole number from 1000')
  const names = values.only?.split(',') ?? measurements
  const only = measurements.filter((name) => names.includes(name))
  if (only.length !== names.length) throw new Error(`--only: some of ${measurements.join(', ')}`)
  return { quick, only: new Set(only), sizes: { ...sizes, messages } }
}
