import { Option } from 'commander'
import { numberWithin, program, wholeNumberFrom } from '../../support/program.ts'

const stacks = ['embedded', 'production'] as const
export type Stack = (typeof stacks)[number]

export interface LoadOptions {
  readonly stack: Stack
  /** Messages waiting in the queue when the service starts. */
  readonly backlog: number
  /** How long each phase takes. */
  readonly seconds: number
}

/** A server that only speaks the protocol handles some hundreds per second. */
const backlogs: Record<Stack, number> = { embedded: 1_000_000, production: 100_000 }

export const parseOptions = (): LoadOptions => {
  const { backlog, ...others } = program(
    'load',
    'Has the service work through a backlog while each store in turn is slow, and measures speed and memory.',
  )
    .addOption(new Option('--stack <name>', 'where the stores are').choices(stacks).default('embedded'))
    .option(
      '--backlog <n>',
      `messages that wait when the service starts (default: ${backlogs.embedded}, on production ${backlogs.production})`,
      wholeNumberFrom(1000),
    )
    .option('--seconds <n>', 'how long each phase takes', numberWithin(5, 3600), 25)
    .parse()
    .opts<Omit<LoadOptions, 'backlog'> & Partial<LoadOptions>>()
  return { ...others, backlog: backlog ?? backlogs[others.stack] }
}
