import type { ChannelModel } from 'amqplib'
import { orAborted } from '../../application/or-aborted.ts'
import type { Chance } from '../../application/ports/chance.ts'
import type { Clock } from '../../application/ports/clock.ts'
import type { ServiceLogger } from '../../application/ports/service-logger.ts'
import type { MeetsTroubles } from '../../application/ports/troubles.ts'
import { type Retry, type RetryPolicy, retry } from '../../application/retry.ts'
import { passByteIds } from './byte-ids.ts'
import { connectionUrl, dial, hangUp, probe } from './dial.ts'
import { errorText } from './error-text.ts'
import { passUndecodableHeaders } from './undecodable-headers.ts'
import { writeTogether } from './write-together.ts'

export interface RabbitMqOptions {
  /** amqp:// or amqps://, credentials and virtual host included. */
  readonly url: string
  /** PEM file of the certificate authorities trusted for the broker; the system's if undefined. */
  readonly caFile?: string
  /** Broker and client give up the connection after two of these intervals without a sign of life. */
  readonly heartbeatSeconds?: number
  /** Shown in the broker's list of connections, and in our log. */
  readonly name: string
  readonly clock: Clock
  readonly chance: Chance
  readonly logger: ServiceLogger
  readonly troubles: MeetsTroubles
}

export interface RabbitMqConnection {
  readonly name: string
  /** Waits for an open connection. Undefined if the signal has aborted or `close` was called. */
  opened(signal: AbortSignal): Promise<ChannelModel | undefined>
  /** `blocked`: the broker is low on memory or disk space and accepts no messages for now. */
  state(): 'connecting' | 'open' | 'blocked' | 'closed'
  /**
   * Waits between retries of what needs the connection; `close` also ends the waits. By default as the connection
   * itself retries.
   */
  retry(policy?: RetryPolicy): Retry
  readonly troubles: MeetsTroubles
  close(): Promise<void>
}

const retryPolicy: RetryPolicy = { first: 100, longest: 10_000 }
/** After a connection has lasted this long, the next failure starts again with the shortest wait. */
const stableMs = 5000

/**
 * Connects in the background, and again whenever the connection is lost, until it is closed. A source and a sink need
 * separate connections: the broker stops reading from a connection whose publishing it blocks, including
 * acknowledgements. Throws if the URL is invalid.
 */
export const connectRabbitMq = (options: RabbitMqOptions): RabbitMqConnection => {
  const { name, clock, logger, troubles } = options
  const component = `connection ${name}`
  const url = connectionUrl(options.url, options.heartbeatSeconds ?? 10)
  const closing = new AbortController()
  let current: ChannelModel | undefined
  let blocked = false
  let wake = () => {}
  let changed = new Promise<void>((resolve) => {
    wake = resolve
  })
  const announce = () => {
    wake()
    changed = new Promise((resolve) => {
      wake = resolve
    })
  }

  /** Resolves with the reason when the connection is lost, or when it is closed. */
  const serve = async (model: ChannelModel): Promise<unknown> => {
    const lost = new Promise<unknown>((resolve) => {
      let reason: unknown
      model.on('error', (error) => {
        reason = error
      })
      model.on('close', (error) => resolve(error ?? reason))
      model.on('blocked', () => {
        blocked = true
        logger.warn({ connection: name }, 'RabbitMQ is low on memory or disk space and blocks publishing')
      })
      model.on('unblocked', () => {
        blocked = false
        logger.info({ connection: name }, 'RabbitMQ accepts messages again')
      })
    })
    await orAborted(probe(model, clock), closing.signal)
    // Nobody else has it yet, so nobody else would end it.
    if (closing.signal.aborted) return hangUp(model, clock)
    writeTogether(model)
    passUndecodableHeaders(model)
    passByteIds(model)
    current = model
    logger.info({ connection: name }, 'connected to RabbitMQ')
    troubles.over(component)
    announce()
    await orAborted(lost, closing.signal)
    return closing.signal.aborted ? hangUp(model, clock) : lost
  }

  const run = async (): Promise<void> => {
    const again = retry(retryPolicy, options)
    while (!closing.signal.aborted) {
      let openedAt = Number.POSITIVE_INFINITY
      try {
        const model = await dial({ url, caFile: options.caFile, name, clock }, closing.signal)
        if (model === undefined) return
        openedAt = clock.elapsed()
        const reason = await serve(model)
        if (!closing.signal.aborted) {
          logger.warn({ connection: name, reason: errorText(reason) }, 'lost the connection to RabbitMQ')
        }
      } catch (error) {
        troubles.met(component, { with: 'broker', cause: errorText(error) })
      }
      current = undefined
      blocked = false
      if (clock.elapsed() - openedAt >= stableMs) again.reset()
      await again.wait(closing.signal)
    }
  }
  const running = run()

  return {
    name,
    async opened(signal) {
      while (current === undefined && !signal.aborted && !closing.signal.aborted) {
        await orAborted(changed, signal)
      }
      return signal.aborted || closing.signal.aborted ? undefined : current
    },
    state: () =>
      closing.signal.aborted ? 'closed' : current === undefined ? 'connecting' : blocked ? 'blocked' : 'open',
    troubles,
    retry: (policy = retryPolicy) => {
      const again = retry(policy, options)
      return {
        ...again,
        wait: (signal) =>
          again.wait(signal === undefined ? closing.signal : AbortSignal.any([signal, closing.signal])),
      }
    },
    async close() {
      closing.abort()
      announce()
      await running
    },
  }
}
