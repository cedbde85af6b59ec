import { Buffer } from 'node:buffer'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { checkJson } from '../domain/check-json.ts'
import type { ImportProfile } from '../domain/command.ts'
import { decodeCommand } from '../domain/decode-command.ts'
import { decodeDatabase, decodeMode } from '../domain/decode-members.ts'
import { isFeedbackId } from '../domain/feedback-id.ts'
import type { Database } from '../domain/ids.ts'
import type { JsonObject } from '../domain/json.ts'
import type { Limits } from '../domain/limits.ts'
import { defaultMatchingMode } from '../domain/matching/mode.ts'
import { andThen, badMember, type Checked, limitExceeded, refuse } from '../domain/refuse.ts'
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
  readonly command: Checked<ImportProfile>
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

const readable = (message: ReceivedMessage, content: JsonObject, command: Received['command']): Received => {
  const { feedback_id, skip_triggers } = content
  const database = E.isRight(command) ? E.right(command.right.database) : decodeDatabase(content)
  return {
    message,
    feedbackId: isFeedbackId(feedback_id) ? feedback_id : '',
    matching: pipe(
      decodeMode(content),
      E.getOrElseW(() => ''),
    ),
    skipTriggers: skip_triggers === true,
    database: E.isRight(database) ? database.right : undefined,
    command,
  }
}

const checkEncoding = (contentEncoding: string): Checked<unknown> =>
  utf8Names.has(contentEncoding.toLowerCase())
    ? E.right(contentEncoding)
    : badMember('content_encoding', 'UTF-8')

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
    const encoding = checkEncoding(contentEncoding)
    const content = text === undefined ? refuse({ tag: 'NotUtf8' }) : objectIn(text)
    if (E.isLeft(content)) return unreadable(message, E.isLeft(encoding) ? encoding : content)
    const command = pipe(
      encoding,
      andThen(() => checkJson(content.right, limits)),
      andThen(commandOf),
    )
    return readable(message, content.right, command)
  }

/**
 * Reads a message: here its bytes are decoded, once. Never throws, whatever they are. `contentEncoding` is the AMQP
 * property, if any.
 */
export const receiveMessage = (rules: ImportRules) => reading(rules.limits, decodeCommand(rules))

const defect: Received['command'] = refuse({ tag: 'Defect' })

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
