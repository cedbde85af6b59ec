import { Buffer } from 'node:buffer'
import * as E from 'fp-ts/lib/Either.js'
import { checkJson } from '../domain/check-json.ts'
import type { ImportProfile } from '../domain/command.ts'
import { decodeCommand, decodeDatabase } from '../domain/decode-command.ts'
import type { Reason } from '../domain/events/current.ts'
import { isFeedbackId } from '../domain/feedback-id.ts'
import type { Database } from '../domain/ids.ts'
import { isLeftOut, type JsonObject } from '../domain/json.ts'
import type { Limits } from '../domain/limits.ts'
import { defaultMatchingMode, matchingModeCodec } from '../domain/matching/mode.ts'
import { badMember, limitExceeded, refuse } from '../domain/refuse.ts'
import type { ImportRules } from '../domain/rules.ts'
import { feedbackIdInBeginning } from './feedback-id-in-beginning.ts'
import { type Body, keepMessage, kept, keptOversize, type ReceivedMessage, within } from './keep-message.ts'
import { objectIn, textOf } from './read-json.ts'

/** A message and what can be said about it, as much as possible even if it is refused. */
export interface Received {
  readonly message: ReceivedMessage
  /** '' if the message has no valid one. */
  readonly feedbackId: string
  /** The requested mode: the default if none, '' if it is not a mode. */
  readonly matching: string
  readonly skipTriggers: boolean
  /** Undefined if account or database cannot be read. */
  readonly database: Database | undefined
  readonly command: E.Either<Reason, ImportProfile>
}

const utf8Names: ReadonlySet<string> = new Set(['', 'utf-8', 'utf8'])

const unreadable = (message: ReceivedMessage, command: Received['command']): Received => ({
  message,
  feedbackId: '',
  matching: defaultMatchingMode,
  skipTriggers: false,
  database: undefined,
  command,
})

const matchingOf = ({ matching }: JsonObject): string => {
  if (isLeftOut(matching)) return defaultMatchingMode
  return matchingModeCodec.is(matching) ? matching : ''
}

const readable = (message: ReceivedMessage, content: JsonObject, command: Received['command']): Received => {
  const { feedback_id, skip_triggers } = content
  const database = E.isRight(command) ? E.right(command.right.database) : decodeDatabase(content)
  return {
    message,
    feedbackId: isFeedbackId(feedback_id) ? feedback_id : '',
    matching: matchingOf(content),
    skipTriggers: skip_triggers === true,
    database: E.isRight(database) ? database.right : undefined,
    command,
  }
}

/** Processes the content of a readable message. */
type CommandOf = (content: JsonObject) => Received['command']

const reading =
  (limits: Limits, commandOf: CommandOf) =>
  (body: Body, contentEncoding = ''): Received => {
    const bytes = within(limits, body)
    if (!Buffer.isBuffer(bytes)) {
      const refused = unreadable(keptOversize(bytes), limitExceeded(limits, 'message_bytes'))
      return { ...refused, feedbackId: feedbackIdInBeginning(bytes.beginning) }
    }
    const text = textOf(bytes)
    const message = kept(bytes, text)
    const misnamed = utf8Names.has(contentEncoding.toLowerCase())
      ? undefined
      : badMember('content_encoding', 'UTF-8')
    if (text === undefined) return unreadable(message, misnamed ?? refuse({ tag: 'NotUtf8' }))
    const content = objectIn(text)
    if (E.isLeft(content)) return unreadable(message, misnamed ?? content)
    if (misnamed !== undefined) return readable(message, content.right, misnamed)
    const problem = checkJson(content.right, limits)
    return readable(
      message,
      content.right,
      problem === undefined ? commandOf(content.right) : E.left(problem),
    )
  }

/**
 * Reads a message: here its bytes are decoded, once. Never throws, whatever they are. `contentEncoding` is the AMQP
 * property, if any.
 */
export const receiveMessage = (rules: ImportRules) => reading(rules.limits, decodeCommand(rules))

const defect: Received['command'] = E.left({ tag: 'Defect' })

/** For a message that makes our code throw: what can still be said about it. */
export const receiveDefective = (limits: Limits) => {
  const read = reading(limits, () => defect)
  return (body: Body, contentEncoding?: string): Received => {
    try {
      return read(body, contentEncoding)
    } catch {
      // Then reading it throws.
      return { ...unreadable(keepMessage(body, limits), defect), matching: '' }
    }
  }
}
