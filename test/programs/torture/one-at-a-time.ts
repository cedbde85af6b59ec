import * as E from 'fp-ts/lib/Either.js'
import type { RecordedEvent } from '../../../application/ports/event-store.ts'
import { receiveMessage } from '../../../application/receive-message.ts'
import { sameJson } from '../../../domain/canonical-json.ts'
import { decide } from '../../../domain/decide.ts'
import type { DomainEvent, ImportEvent } from '../../../domain/events/current.ts'
import { evolve } from '../../../domain/evolve.ts'
import { importRejected } from '../../../domain/import-rejected.ts'
import type { ImportRules } from '../../../domain/rules.ts'
import { ProfilesInMemory } from '../profiles-in-memory.ts'

/** One stream, up to the events that were decided. */
interface World {
  readonly profiles: ProfilesInMemory
  nextRevision: number
}

/** Whether the event, apart from its context, equals the decision. */
const isOf = (decided: DomainEvent, event: ImportEvent): boolean =>
  decided.type === event.type &&
  (['public', 'personal'] as const).every((part) =>
    Object.entries(decided[part]).every(([name, value]) => sameJson(value, Reflect.get(event[part], name))),
  )

/**
 * A processor without batches, working set or read models: decides the messages of the log again, one at a time in log
 * order, and reports where the log differs.
 */
export class OneAtATime {
  readonly #worlds = new Map<string, World>()
  readonly #rules: ImportRules
  readonly #receive: ReturnType<typeof receiveMessage>

  constructor(rules: ImportRules) {
    this.#rules = rules
    this.#receive = receiveMessage(rules)
  }

  /** Undefined if this processor decides the same event. */
  problemWith({ stream, revision, event }: RecordedEvent): string | undefined {
    const world = this.#world(stream)
    if (revision !== world.nextRevision) return `revision ${revision} instead of ${world.nextRevision}`
    world.nextRevision += 1
    if (event.type === 'Unreadable') return event.problem
    if (event.type === 'ImportRepeated') return undefined
    if (event.type === 'ImportRejected' && event.personal.reasons[0]?.tag === 'MessageIdReused')
      return undefined
    const decided = this.#decided(world, event, revision)
    return decided === undefined || isOf(decided, event)
      ? undefined
      : `${event.type} instead of ${decided.type}, or with other data`
  }

  /** Undefined if too little of the message is kept to decide it. */
  #decided(world: World, event: ImportEvent, revision: number): DomainEvent | undefined {
    const { message } = event
    if (message.truncated) return undefined
    const { command, database } = this.#receive(Buffer.from(message.body, message.encoding))
    const match = E.isRight(command) ? world.profiles.find(command.right.criterion) : undefined
    const result =
      E.isRight(command) && match !== undefined
        ? decide(this.#rules)(command.right, event.public.import_id, match)
        : E.left(E.isLeft(command) ? command.left : ([{ tag: 'Defect' }] as const))
    if (E.isLeft(result)) return importRejected(result.left, database)
    const decided = result.right.event
    world.profiles.put(evolve(match?.profile, decided, revision))
    return decided
  }

  #world(stream: string): World {
    const known = this.#worlds.get(stream) ?? { profiles: new ProfilesInMemory(this.#rules), nextRevision: 0 }
    this.#worlds.set(stream, known)
    return known
  }
}
