import { isDeepStrictEqual } from 'node:util'
import * as E from 'fp-ts/lib/Either.js'
import type { Attempt } from '../../../application/importing/attempt.ts'
import { withContext } from '../../../application/importing/with-context.ts'
import type { RecordedEvent } from '../../../application/ports/event-store.ts'
import type { Position } from '../../../application/ports/position.ts'
import { type Received, receiveMessage } from '../../../application/receive-message.ts'
import { replyTo } from '../../../application/reply-to.ts'
import { decide } from '../../../domain/decide.ts'
import type { DomainEvent, ImportEvent } from '../../../domain/events/current.ts'
import { decodeStoredEvent } from '../../../domain/events/decode-stored-event.ts'
import { evolve } from '../../../domain/evolve.ts'
import { importRejected } from '../../../domain/import-rejected.ts'
import type { Match } from '../../../domain/matching/match.ts'
import type { ImportRules } from '../../../domain/rules.ts'
import { databaseStream, rejectedImportsStream } from '../../../domain/streams.ts'
import { replyMessage } from '../../../infrastructure/rabbitmq/reply-message.ts'
import { wrongBefore } from '../../support/before-law.ts'
import { buildImportId } from '../../support/builders/message-builders.ts'
import { ProfilesInMemory } from '../profiles-in-memory.ts'
import { profileProblems } from './check-profile.ts'
import { marker } from './grammar/json.ts'

/** What becomes of a message. */
export interface Checked {
  readonly code: number
  /** The problems found. */
  readonly problems: ReadonlyArray<string>
}

const codes: ReadonlySet<number> = new Set([0, 400, 404, 409, 413])

/** Part of every generated value. */
const values = new RegExp(`${marker}|@example|7900000`, 'i')

/** Processes messages one after another, like the importer, and checks everything made from each. */
export class InputChecker {
  readonly #rules: ImportRules
  readonly #receive: ReturnType<typeof receiveMessage>
  readonly #databases = new Map<string, ProfilesInMemory>()
  #revision = 0

  constructor(rules: ImportRules) {
    this.#rules = rules
    this.#receive = receiveMessage(rules)
  }

  /** `intact`: texts and names of the message are still as the grammar made them. Throws only for a defect. */
  check(body: Uint8Array, intact: boolean): Checked {
    const received = this.#receive(body)
    const { stream, match, event } = this.#decided(body, received)
    const problems: Array<string> = []
    const { type, ...data } = JSON.parse(JSON.stringify(event))
    const stored = decodeStoredEvent({ eventId: event.public.import_id, stream, type, data, metadata: {} })
    if (stored.type === 'Unreadable') problems.push(`its event cannot be read: ${stored.problem}`)
    else if (!isDeepStrictEqual(stored, event)) problems.push('its event is another when it is read again')
    const recorded: RecordedEvent = {
      position: '1' as Position,
      stream,
      revision: this.#revision,
      eventId: event.public.import_id,
      event,
    }
    const code = this.#replied(recorded, intact, problems)
    if (event.type === 'ProfileCreated' || event.type === 'ProfileUpdated') {
      const profile = evolve(match?.profile, event, this.#revision)
      const copy = JSON.parse(JSON.stringify(event))
      if (!isDeepStrictEqual(profile, evolve(match?.profile, copy, this.#revision)))
        problems.push('its event, read again, makes another profile')
      const wrong = wrongBefore(match?.profile, event)
      if (wrong !== undefined) problems.push(`its event tells wrongly what was there before: ${wrong}`)
      problems.push(...profileProblems(profile, match?.profile, this.#rules))
      this.#database(stream).put(profile)
    }
    this.#revision += 1
    return { code, problems }
  }

  #decided(
    body: Uint8Array,
    received: Received,
  ): { stream: string; match: Match | undefined; event: ImportEvent } {
    const { command, database } = received
    const stream = database === undefined ? rejectedImportsStream : databaseStream(database)
    const importId = buildImportId(this.#revision)
    const match = E.isRight(command) ? this.#database(stream).find(command.right.criterion) : undefined
    const decision =
      E.isRight(command) && match !== undefined
        ? decide(this.#rules)(command.right, importId, match)
        : E.left(E.isLeft(command) ? command.left : ([{ tag: 'Defect' }] as const))
    const event: DomainEvent = E.isRight(decision)
      ? decision.right.event
      : importRejected(decision.left, database)
    const source = { kind: 'queue', queue: 'database_import' } as const
    const delivery = { body, source, properties: {}, redelivered: false, receivedAt: 0 }
    const attempt: Attempt = {
      ...{ delivery, received, stream, importId, identified: false, replay: undefined },
      ...{ repetitionId: importId, salt: 'A'.repeat(22), triedAs: undefined },
    }
    const record =
      E.isRight(command) && match !== undefined
        ? { keys: command.right.criterion.flat(2), candidates: match.candidates }
        : undefined
    return { stream, match, event: withContext(event, attempt, importId, record) }
  }

  #replied(recorded: RecordedEvent, intact: boolean, problems: Array<string>): number {
    const reply = replyTo(recorded)
    if (reply === undefined) {
      problems.push('it has no reply')
      return -1
    }
    const { error, error_text, profile_id } = reply.body
    const { body, options } = replyMessage(reply, 0)
    if (!isDeepStrictEqual(JSON.parse(body.toString()), reply.body))
      problems.push('its reply is another when it is read')
    if (!codes.has(error)) problems.push(`its code is ${error}`)
    if ((error === 0) !== (error_text === '') || (error === 0) !== (profile_id !== ''))
      problems.push('its reply contradicts itself')
    if (/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u.test(error_text))
      problems.push('a character in error_text that is not seen')
    if (intact && values.test(error_text)) problems.push(`a value in error_text: ${error_text}`)
    if (intact && values.test(JSON.stringify(options.headers))) problems.push('a value in a header')
    return error
  }

  #database(stream: string): ProfilesInMemory {
    const known = this.#databases.get(stream) ?? new ProfilesInMemory(this.#rules)
    this.#databases.set(stream, known)
    return known
  }
}
