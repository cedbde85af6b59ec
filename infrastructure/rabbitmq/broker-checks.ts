import { isDeepStrictEqual } from 'node:util'
import type { ChannelModel } from 'amqplib'
import { CannotGoOn } from '../../application/cannot-go-on.ts'
import type { Check, CheckGroup } from '../../application/ports/check.ts'
import type { Clock } from '../../application/ports/clock.ts'
import { declarable, granting, redeclared, required } from './check-queue.ts'
import { mayConfigure, mayPublish, mayRead } from './check-rights.ts'
import { otherArgumentsOf } from './declare-queue.ts'
import { connectionUrl, dial, hangUp } from './dial.ts'
import { errorCode, errorText, isRefusedLogin, isRefusedOpening } from './error-text.ts'
import { exists, type ImportQueue, tryOwnership } from './find-ownership.ts'
import { importQueueDeclaration, type Ownership, ownershipOf } from './import-queue.ts'
import { onOwnChannel } from './own-channel.ts'
import { queueArguments } from './queue-arguments.ts'
import { isForAll, LockNameTaken, lockDeclaration, lockOf } from './queue-lock.ts'
import { resultQueueDeclaration } from './reply-sink.ts'

export interface BrokerChecksOptions extends ImportQueue {
  readonly url: string
  readonly caFile: string | undefined
  readonly resultQueue: string
  readonly messageTtlSeconds: number
  readonly clock: Clock
}

/** Milliseconds until the broker must be connected. */
const patience = 4000

/** What `serve` needs of the broker. Declares nothing, and consumes nothing. */
export const brokerChecks = (broker: BrokerChecksOptions): CheckGroup => ({
  name: 'connection to RabbitMQ',
  open: async () => {
    const { caFile, clock } = broker
    const never = new AbortController().signal
    const url = connectionUrl(broker.url, 10)
    const model = await dial({ url, caFile, name: 'check-config', clock, patience }, never).catch((error) => {
      throw new Error(`${errorText(error)}: ${adviceFor(error)}`)
    })
    if (model === undefined) throw new Error('no connection')
    model.on('error', () => {})
    return {
      remark: `version ${model.connection.serverProperties.version}`,
      checks: checksOn(model, broker).map((check) => ({ ...check, run: () => inWords(check.run) })),
      close: () => hangUp(model, clock),
    }
  },
})

const adviceFor = (error: unknown): string => {
  if (isRefusedLogin(error)) return 'correct user and password in RABBITMQ_URL'
  return isRefusedOpening(error)
    ? 'create it, or grant the user access'
    : 'start the broker, or correct RABBITMQ_URL'
}

const checksOn = (model: ChannelModel, broker: BrokerChecksOptions): ReadonlyArray<Check> => {
  const { queue, queueType, resultQueue, messageTtlSeconds, clock } = broker
  const lock = lockOf(queue)
  const ours = importQueueDeclaration(queueType)
  /** Undefined until it is known. */
  let ownership: Ownership | undefined
  const { version } = model.connection.serverProperties

  return [
    {
      name: `RabbitMQ: queue ${queue}`,
      run: async () => {
        if (!(await exists(model, queue, clock))) {
          ownership = ownershipOf(queue, ours, version)
          return declarable(model, queue, ours, clock)
        }
        const found = await queueArguments(model, queue, clock)
        if (found === undefined) {
          const { consumerCount } = await requireTestable(model, queue, clock)
          if (consumerCount > 0) return `${unreadable}: \`serve\` tests it once its consumer has gone`
          ownership = await tryOwnership(model, queue, clock)
          return `${unreadable}: it was tested with a consumer`
        }
        ownership = ownershipOf(queue, found, version)
        return isDeepStrictEqual(found, ours) ? undefined : otherArgumentsOf(found, ours)
      },
    },
    {
      name: `RabbitMQ: right to read ${queue}`,
      run: async () => required(await mayRead(model, queue, clock), 'read', queue),
    },
    {
      name: `RabbitMQ: lock ${lock}`,
      run: async () => {
        if (ownership === undefined) return 'not tried: it is not known whether the import queue needs it'
        if (ownership === 'exclusive-consumer') return 'not needed for this import queue'
        required(await mayConfigure(model, lock, lockDeclaration, clock), 'configure', lock)
        required(await mayRead(model, lock, clock), 'read', lock)
        if (await isForAll(model, lock, clock)) throw new LockNameTaken(queue)
        return undefined
      },
    },
    {
      name: `RabbitMQ: queue ${resultQueue}`,
      run: async () => {
        const declaration = resultQueueDeclaration(messageTtlSeconds)
        return (await exists(model, resultQueue, clock))
          ? redeclared(model, resultQueue, declaration, clock)
          : declarable(model, resultQueue, declaration, clock)
      },
    },
    {
      name: 'RabbitMQ: right to publish',
      run: async () => required(await mayPublish(model, clock), 'write', 'amq.default'),
    },
  ]
}

const unreadable = 'its arguments cannot be read'

/** @throws Error if messages wait and nobody takes them: a consumer that tests the queue would be given the first. */
const requireTestable = async (model: ChannelModel, queue: string, clock: Clock) => {
  const found = await onOwnChannel(model, clock, (channel) => channel.checkQueue(queue))
  if (found.consumerCount > 0 || found.messageCount === 0) return found
  throw new Error(
    `${unreadable}, and to test it with a consumer would mark its first message as redelivered: ` +
      `check it while it is empty, or ${granting('configure', queue)}`,
  )
}

/** The broker's errors as texts; those of the program already say what to do. */
const inWords = async (run: Check['run']) => {
  try {
    return await run()
  } catch (error) {
    const code = errorCode(error)
    if (error instanceof CannotGoOn || code === undefined) throw error
    const isAnswer = typeof code === 'number'
    const advice = isAnswer
      ? 'allow this on the broker, or set another queue'
      : 'check that the broker is running'
    throw new Error(`${errorText(error)}: ${advice}`)
  }
}
