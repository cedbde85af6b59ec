import * as E from 'fp-ts/lib/Either.js'
import type { RecordedEvent } from '../../../application/ports/event-store.ts'
import { receiveMessage } from '../../../application/receive-message.ts'
import { sameJson } from '../../../domain/canonical-json.ts'
import { decide } from '../../../domain/decide.ts'
import type { DomainEvent, ImportEvent } from '../../../domain/events/import-event.ts'
import { evolve } from '../../../domain/evolve.ts'
import { rejectionCode } from '../../../domain/rejection.ts'
import type { ImportRules } from '../../../domain/rules.ts'
import { ProfilesInMemory } from '../profiles-in-memory.ts'

/** One stream, as far as it was decided. */
interface World {
  readonly profiles: ProfilesInMemory
  nextRevision: number
}

/**
 * A processor without batches, working set or read models: decides the messages of the log again, one after another in
 * the order of the log, and says where the log has something else.
 */
export class OneAtATime {
  private readonly worlds = new Map<string, World>()
  private readonly rules: ImportRules
  private readonly receive: ReturnType<typeof receiveMessage>

  constructor(rules: ImportRules) {
    this.rules = rules
    this.receive = receiveMessage(rules)
  }

  /** Undefined when the event is what this processor decides too. */
  problemWith({ stream, revision, event }: RecordedEvent): string | undefined {
    const world = this.world(stream)
    if (revision !== world.nextRevision) return `revision ${revision} instead of ${world.nextRevision}`
    world.nextRevision += 1
    if (event.type === 'Unreadable') return event.problem
    if (event.type === 'ImportRepeated') return undefined
    if (event.type === 'ImportRejected' && event.data.rejection.tag === 'MessageIdReused') return undefined
    const decided = this.decided(world, event, revision)
    return decided === undefined || (decided.type === event.type && sameJson(decided.data, event.data))
      ? undefined
      : `${event.type} instead of ${decided.type}, or with other data`
  }

  /** Undefined when not enough of the message is kept to decide it. */
  private decided(world: World, { metadata }: ImportEvent, revision: number): DomainEvent | undefined {
    const { message, import_id } = metadata
    if (message.truncated) return undefined
    const { command, database } = this.receive(Buffer.from(message.body, message.encoding))
    const match = E.isRight(command) ? world.profiles.find(command.right.criterion) : undefined
    const result =
      E.isRight(command) && match !== undefined
        ? decide(this.rules)(command.right, import_id, match)
        : E.left(E.isLeft(command) ? command.left : ({ tag: 'Defect' } as const))
    if (E.isLeft(result))
      return {
        type: 'ImportRejected',
        data: { code: rejectionCode(result.left), rejection: result.left, ...database },
      }
    const { event } = result.right
    world.profiles.put(evolve(match?.profile, event, revision))
    return event
  }

  private world(stream: string): World {
    const known = this.worlds.get(stream) ?? { profiles: new ProfilesInMemory(this.rules), nextRevision: 0 }
    this.worlds.set(stream, known)
    return known
  }
}
