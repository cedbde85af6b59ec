import { readFileSync } from 'node:fs'
import { type ChannelModel, connect } from 'amqplib'
import { aborted, orAborted } from '../../application/or-aborted.ts'
import type { Clock } from '../../application/ports/clock.ts'
import { internalsOf } from './amqplib-internals.ts'
import { closeWithin } from './close-within.ts'

interface Dialled {
  readonly url: string
  readonly caFile: string | undefined
  /** Shown in the broker's list of connections. */
  readonly name: string
  readonly clock: Clock
  /** Milliseconds until the broker must have answered. */
  readonly patience?: number
}

/** Connects. Undefined if the signal has aborted; a late connection is then closed. */
export const dial = async (
  { url, caFile, name, clock, patience = 10_000 }: Dialled,
  closing: AbortSignal,
): Promise<ChannelModel | undefined> => {
  const dialling = connect(url, {
    ...(caFile === undefined ? {} : { ca: readFileSync(caFile) }),
    noDelay: true,
    keepAlive: true,
    timeout: patience,
    clientProperties: { connection_name: `profile-importer ${name}` },
  })
  const model = await orAborted(dialling, closing)
  if (model !== aborted) return model
  dialling
    .then((late) =>
      hangUp(
        late.on('error', () => {}),
        clock,
      ),
    )
    .catch(() => {})
  return undefined
}

/** Fails if the connection went down before anyone could listen. */
export const probe = async (model: ChannelModel, clock: Clock): Promise<void> => {
  const channel = await model.createChannel()
  channel.on('error', () => {})
  await closeWithin(channel, clock)
}

/**
 * Closes in order if the broker answers. Otherwise socket and heartbeats would keep the process alive until they detect
 * its silence.
 */
export const hangUp = async (model: ChannelModel, clock: Clock): Promise<void> => {
  if (!(await closeWithin(model, clock))) internalsOf(model).stream.destroy(new Error('no answer'))
}

/** @throws Error if it is invalid */
export const connectionUrl = (text: string, heartbeatSeconds: number): string => {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url === undefined || !['amqp:', 'amqps:'].includes(url.protocol)) {
    throw new Error('the RabbitMQ URL must begin with amqp:// or amqps://')
  }
  if (!url.searchParams.has('heartbeat')) url.searchParams.set('heartbeat', String(heartbeatSeconds))
  return url.href
}
