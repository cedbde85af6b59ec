import type { ChannelModel, Options } from 'amqplib'
import type { Clock } from '../../application/ports/clock.ts'
import { amqp, errorCode, errorText } from './error-text.ts'
import { importQueueDeclaration } from './import-queue.ts'
import { onOwnChannel } from './own-channel.ts'

/** More arguments than a queue can have. */
const mostTries = 40

/**
 * The arguments of an existing queue. AMQP does not reveal them, but the broker accepts a declaration with the same
 * arguments, and refuses any other with the first argument that differs and its actual value. That one is corrected,
 * and the declaration is retried. Undefined if the user may not declare the queue, or the broker words it differently.
 *
 * A quorum queue as the service declares it is tried first, because success needs no text: the broker truncates its
 * text after a name of some 100 bytes. The next try is a quorum queue too, since a broker may be configured to accept a
 * classic declaration for one (RabbitMQ's `quorum_queue.property_equivalence.relaxed_checks_on_redeclaration`).
 */
export const queueArguments = async (
  model: ChannelModel,
  queue: string,
  clock: Clock,
): Promise<Options.AssertQueue | undefined> => {
  let guess: Options.AssertQueue | undefined = importQueueDeclaration('quorum')
  for (let tries = 0; guess !== undefined && tries < mostTries; tries++) {
    const declared: Options.AssertQueue = guess
    try {
      await onOwnChannel(model, clock, (channel) => channel.assertQueue(queue, declared))
      return declared
    } catch (error) {
      if (errorCode(error) === amqp.accessRefused) return undefined
      if (errorCode(error) !== amqp.preconditionFailed) throw error
      guess = tries === 0 ? barest : corrected(declared, errorText(error))
    }
  }
  return undefined
}

const barest: Options.AssertQueue = { durable: true, arguments: { 'x-queue-type': 'quorum' } }

const inequivalent =
  /inequivalent arg '([\w-]+)' for .* but current is (?:none|'(.*)'|the value '(.*)' of type '(\w+)')"?$/s
const invalid = /invalid arg '([\w-]+)' for /

/** The guess, corrected by the broker's answer; undefined if that reveals nothing. */
export const corrected = (guess: Options.AssertQueue, reason: string): Options.AssertQueue | undefined => {
  // The queue has an argument that no quorum queue has.
  if (invalid.test(reason))
    return typeOf(guess) === 'quorum' ? withArgument(guess, typeName, 'classic') : undefined
  const [, name, bare, value = bare, type = 'longstr'] = inequivalent.exec(reason) ?? []
  switch (name) {
    case undefined:
      return undefined
    case 'durable':
      return { ...guess, durable: value === 'true' }
    case 'auto_delete':
      return { ...guess, autoDelete: value === 'true' }
    case typeName:
      // If the broker has another default type, it must be stated.
      return withArgument(guess, name, value ?? 'classic')
    default:
      return withArgument(guess, name, value === undefined ? undefined : typed(value, type))
  }
}

const typeName = 'x-queue-type'

const typeOf = ({ arguments: args }: Options.AssertQueue): unknown => args?.[typeName]

const withArgument = (guess: Options.AssertQueue, name: string, value: unknown): Options.AssertQueue => {
  const { [name]: _, ...others } = { ...guess.arguments }
  return { ...guess, arguments: value === undefined ? others : { ...others, [name]: value } }
}

const typed = (value: string, type: string): unknown => {
  switch (type) {
    case 'longstr':
      return value
    case 'bool':
      return value === 'true'
    default:
      return Number(value)
  }
}
