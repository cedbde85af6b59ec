import { parseArgs } from 'node:util'
import type { Sizes as RunSizes } from './bench-run.ts'

const embedded = [
  ...(['ceiling', 'serve', 'import', 'store_ceiling', 'import_large'] as const),
  ...(['read_ceiling', 'rebuild', 'latency', 'memory'] as const),
] as const
/** The others measure the embedded stores. */
const production = ['ceiling', 'crud', 'serve', 'lookup', 'round_trips'] as const
const stacks = { embedded, production } as const

export type Stack = keyof typeof stacks
export type Measurement = (typeof stacks)[Stack][number]

export interface Sizes extends RunSizes {
  /** The sizes between which a lookup is compared. */
  readonly lookupProfiles: readonly [number, number]
}

export interface Options {
  readonly quick: boolean
  readonly stack: Stack
  readonly only: ReadonlySet<Measurement>
  /** Servers that only implement the protocol are slow. */
  sizes(real: boolean): Sizes
}

const full: Sizes = {
  // Enough that V8's compilation at the start, nearly two seconds of one core, does not matter.
  queued: 150_000,
  imported: 50_000,
  base: 100_000,
  largeBase: 500_000,
  backlog: 200_000,
  latencySeconds: 15,
  lookupProfiles: [10_000, 1_000_000],
}
const small: Sizes = {
  queued: 10_000,
  imported: 10_000,
  base: 10_000,
  largeBase: 50_000,
  backlog: 40_000,
  latencySeconds: 5,
  lookupProfiles: [10_000, 100_000],
}
const smallest: Sizes = {
  ...small,
  queued: 4000,
  imported: 4000,
  base: 4000,
  lookupProfiles: [10_000, 50_000],
}

/** `--stack production`, `--messages N`, `--lookup-profiles N`, `--quick`, `--only serve,import`. */
export const parseOptions = (): Options => {
  const { values } = parseArgs({
    options: {
      stack: { type: 'string', default: 'embedded' },
      messages: { type: 'string' },
      'lookup-profiles': { type: 'string' },
      quick: { type: 'boolean', default: false },
      only: { type: 'string' },
    },
  })
  const { stack, quick } = values
  if (!isStack(stack)) throw new Error(`--stack: ${Object.keys(stacks).join(' or ')}`)
  const measurements: ReadonlyArray<Measurement> = stacks[stack]
  const names = values.only?.split(',') ?? measurements
  const only = measurements.filter((name) => names.includes(name))
  if (only.length !== names.length) throw new Error(`--only: some of ${measurements.join(', ')}`)
  const messages = countIn('--messages', values.messages)
  const profiles = countIn('--lookup-profiles', values['lookup-profiles'])
  return {
    quick,
    stack,
    only: new Set(only),
    sizes: (real) => {
      const sizes = real ? (quick ? small : full) : quick ? smallest : small
      const [few, many] = sizes.lookupProfiles
      return {
        ...sizes,
        queued: messages ?? sizes.queued,
        imported: messages ?? sizes.imported,
        lookupProfiles: [few, profiles ?? many],
      }
    },
  }
}

const isStack = (name: string): name is Stack => Object.hasOwn(stacks, name)

const countIn = (option: string, text: string | undefined): number | undefined => {
  if (text === undefined) return undefined
  const count = Number(text)
  if (!Number.isSafeInteger(count) || count < 1000) throw new Error(`${option}: a whole number from 1000`)
  return count
}
