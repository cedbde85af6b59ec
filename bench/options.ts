import { Option } from 'commander'
import { program, wholeNumberFrom } from '../test/support/program.ts'
import type { Sizes as RunSizes } from './bench-run.ts'

const embedded = [
  ...(['ceiling', 'serve', 'import', 'store_ceiling', 'import_large'] as const),
  ...(['read_ceiling', 'rebuild', 'latency', 'memory', 'search', 'what_if'] as const),
] as const
/** The others measure the embedded stores. */
const production = ['ceiling', 'crud', 'serve', 'lookup', 'round_trips'] as const
/** The log in the data folder, the read models on a server. */
const mongodb = ['crud', 'serve', 'server_rebuild', 'lookup'] as const
const stacks = { embedded, production, mongodb } as const

export type Stack = keyof typeof stacks
export type Measurement = (typeof stacks)[Stack][number]

export interface Sizes extends RunSizes {
  /** The sizes between which a lookup is compared. */
  readonly lookupProfiles: readonly [number, number]
  /** The numbers of imports between which a search is compared. */
  readonly searchedImports: readonly [number, number]
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
  searchedImports: [10_000, 1_000_000],
}
const small: Sizes = {
  queued: 10_000,
  imported: 10_000,
  base: 10_000,
  largeBase: 50_000,
  backlog: 40_000,
  latencySeconds: 5,
  lookupProfiles: [10_000, 100_000],
  searchedImports: [10_000, 100_000],
}
const smallest: Sizes = {
  ...small,
  queued: 4000,
  imported: 4000,
  base: 4000,
  lookupProfiles: [10_000, 50_000],
}

interface Given {
  readonly stack: Stack
  readonly messages?: number
  readonly lookupProfiles?: number
  readonly quick?: true
  readonly only?: ReadonlyArray<string>
}

export const parseOptions = (): Options => {
  const command = program('bench', 'Measures the throughput, and prints it as JSON.')
    .addOption(
      new Option('--stack <name>', 'what is measured').choices(Object.keys(stacks)).default('embedded'),
    )
    .option('--messages <n>', 'how many wait in the queue, and are in the file', wholeNumberFrom(1000))
    .option('--lookup-profiles <n>', 'on servers: among how many to look up', wholeNumberFrom(1000))
    .option('--quick', 'with fewer messages and profiles')
    .option('--only <list>', listOf(stacks), (list) => list.split(','))
    .parse()
  const { stack, messages, lookupProfiles: profiles, quick = false, only: asked } = command.opts<Given>()
  const measurements: ReadonlyArray<Measurement> = stacks[stack]
  const names = asked ?? measurements
  const only = measurements.filter((name) => names.includes(name))
  if (only.length !== names.length) command.error(`error: --only: some of ${measurements.join(', ')}`)
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

const listOf = ({ embedded, production, mongodb }: typeof stacks): string =>
  `only some measurements, comma-separated: ${embedded.join(', ')}; on production ${production.join(', ')}; ` +
  `on mongodb ${mongodb.join(', ')}`
