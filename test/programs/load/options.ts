import { parseArgs } from 'node:util'

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

/** `--stack production`, `--backlog N`, `--seconds N`. */
export const parseOptions = (): LoadOptions => {
  const { values } = parseArgs({
    options: {
      stack: { type: 'string', default: 'embedded' },
      backlog: { type: 'string' },
      seconds: { type: 'string', default: '25' },
    },
  })
  const stack = stacks.find((name) => name === values.stack)
  if (stack === undefined) throw new Error(`--stack: ${stacks.join(' or ')}`)
  const backlog = Number(values.backlog ?? backlogs[stack])
  if (!Number.isSafeInteger(backlog) || backlog < 1000) throw new Error('--backlog: a whole number from 1000')
  const seconds = Number(values.seconds)
  if (!(seconds >= 5 && seconds <= 3600)) throw new Error('--seconds: a number from 5 to 3600')
  return { stack, backlog, seconds }
}
