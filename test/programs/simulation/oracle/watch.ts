import type { NewEvent, RecordedEvent } from '../../../../application/ports/event-store.ts'
import { beginning, comparePositions, type Position } from '../../../../application/ports/position.ts'
import type { ImportEvent } from '../../../../domain/events/current.ts'
import { lookedUp } from '../../../../projections/registry.ts'
import type { BrokerListener } from '../broker/broker.ts'
import type { Published } from '../broker/queue-entry.ts'
import { countUpTo, type LogListener } from '../log/event-log.ts'
import type { SimGeneration } from '../read-model/generation.ts'
import type { Cluster } from '../service/cluster.ts'
import type { Outside } from '../service/outside.ts'
import type { RestoreListener } from '../service/restores.ts'
import { workingSetBatches } from '../service/run-service.ts'
import { Forks } from './forks.ts'
import { identityOf, identityOfMessage } from './publications.ts'

/** A working set holds this many batches, the current one, and late results of a try that was given up. */
const heldBatches = workingSetBatches + 2

/** The part of the oracle that checks every step: what must hold at any time. */
export class Watch implements LogListener, BrokerListener, RestoreListener {
  readonly forks: Forks
  readonly #outside: Outside
  readonly #cluster: Cluster
  readonly #batchSize: number
  readonly #importIds = new Set<string>()
  readonly #recorded = new Map<string, number>()
  /** The last event that a generation shows. */
  readonly #shown = new Map<unknown, RecordedEvent | undefined>()
  readonly #acknowledgedOf = new Map<string, number>()
  readonly #salts = new Set<string>()
  /** By the session that sent it, and the event id. */
  readonly #saltsTried = new Map<unknown, Map<string, string | undefined>>()
  readonly #unapplied = new Map<string, { channel: unknown; positions: Array<number> }>()

  constructor(outside: Outside, cluster: Cluster, batchSize: number) {
    this.#outside = outside
    this.#cluster = cluster
    this.#batchSize = batchSize
    this.forks = new Forks(outside)
  }

  appended(events: ReadonlyArray<RecordedEvent>, writer: string): void {
    const version = this.#cluster.versions.get(writer)
    for (const recorded of events) {
      this.forks.note(recorded, version)
      if (recorded.event.type !== 'Unreadable') this.#checkSalt(recorded.event)
      this.#count(recorded)
    }
    this.#checkMemory(events, writer)
  }

  #count({ event }: RecordedEvent): void {
    if (event.type === 'Unreadable') return
    const { import_id, source } = event.public
    const { properties, sha256 } = event.personal
    if (this.#importIds.has(import_id)) this.#violate(`import ${import_id} is recorded twice`)
    this.#importIds.add(import_id)
    const identity = identityOf(source.kind === 'queue' ? source.queue : '', properties, sha256)
    this.#recorded.set(identity, 1 + (this.#recorded.get(identity) ?? 0))
  }

  /** The log holds what a backup held: nothing else counts as recorded. */
  restored(): void {
    const { log } = this.#outside
    this.#importIds.clear()
    this.#recorded.clear()
    for (const recorded of log.events) this.#count(recorded)
    for (const [identity, times] of this.#acknowledgedOf)
      this.#acknowledgedOf.set(identity, Math.min(times, this.#recorded.get(identity) ?? 0))
    this.forks.restored()
  }

  /** Nobody reads what the log has given up. */
  read<Document>(name: string, generation: SimGeneration<Document>): void {
    const shown = this.#shown.get(generation)
    if (shown !== undefined && this.#outside.log.at(shown.position) !== shown)
      this.#violate(`${name}@${generation.id} is read, although it shows what the log has given up`)
  }

  /** An append that is retried is the same append. */
  tried(events: ReadonlyArray<NewEvent>, writer: string): void {
    const session = this.#cluster.channels.get(writer)
    const known = this.#saltsTried.get(session) ?? new Map<string, string | undefined>()
    this.#saltsTried.set(session, known)
    for (const { eventId, event } of events) {
      const { salt } = event.personal
      if (known.has(eventId) && known.get(eventId) !== salt)
        this.#violate(`the event ${eventId} is tried again with another salt`)
      known.set(eventId, salt)
    }
  }

  /** Acknowledged means durable. Without an id, every acknowledged message needs an outcome of its own. */
  acknowledged(message: Published): void {
    const identity = identityOfMessage(message)
    const times =
      message.properties.message_id === undefined ? 1 + (this.#acknowledgedOf.get(identity) ?? 0) : 1
    this.#acknowledgedOf.set(identity, times)
    if ((this.#recorded.get(identity) ?? 0) < times)
      this.#violate(`a message was acknowledged before its outcome was recorded: ${identity}`)
  }

  /** The reply checkpoint passes only what is answered. */
  moved(name: string, from: Position | undefined, to: Position): void {
    const answered = new Set(this.#outside.broker.replies.map(({ position }) => position))
    for (const { position, event } of this.#between(from ?? beginning, to)) {
      if (event.type === 'Unreadable' || event.public.source.kind !== 'queue') continue
      if (name === `replies-${event.public.source.queue}` && !answered.has(position))
        this.#violate(`${name} passed ${position}, which is not answered`)
    }
  }

  /** The checkpoint of a read model passes only what its documents show. */
  checkpointMoved<Document>(
    name: string,
    generation: SimGeneration<Document>,
    from: Position,
    { idOf, revisionOf }: Shows<Document>,
  ): void {
    const { id, checkpoint, documents } = generation
    this.#shown.set(generation, this.#outside.log.at(checkpoint))
    for (const recorded of this.#between(from, checkpoint)) {
      const key = idOf(recorded)
      if (key === undefined) continue
      const document = documents.get(key)
      if (document === undefined || revisionOf(document) < recorded.revision)
        this.#violate(`${name}@${id} passed ${recorded.position}, which it does not show`)
    }
  }

  /** Readers never see a read model go back. */
  switched<Document>(
    name: string,
    live: SimGeneration<Document>,
    before: SimGeneration<Document> | undefined,
  ): void {
    if (before !== undefined && comparePositions(live.checkpoint, before.checkpoint) < 0)
      this.#violate(
        `${name} switched from ${before.checkpoint} back to ${live.checkpoint || 'the beginning'}`,
      )
  }

  #checkSalt({ public: { import_id }, personal: { salt } }: ImportEvent): void {
    if (salt === undefined || !/^[\w-]{22}$/.test(salt)) this.#violate(`import ${import_id} has no salt`)
    else if (this.#salts.has(salt)) this.#violate(`import ${import_id} has the salt of another`)
    else this.#salts.add(salt)
  }

  /** The working set holds what a process has written and a read model does not show yet. */
  #checkMemory(events: ReadonlyArray<RecordedEvent>, writer: string): void {
    const channel = this.#cluster.channels.get(writer)
    const known = this.#unapplied.get(writer)
    const reached = Math.min(
      ...lookedUp.map((name) => countUpTo(this.#outside.readModels[name].live()?.checkpoint ?? beginning)),
    )
    const earlier = known?.channel === channel ? (known?.positions ?? []) : []
    const positions = [...earlier, ...events.map(({ position }) => countUpTo(position))].filter(
      (n) => n > reached,
    )
    this.#unapplied.set(writer, { channel, positions })
    if (positions.length > heldBatches * this.#batchSize)
      this.#violate(`the working set of ${writer} holds ${positions.length} outcomes`)
  }

  #between(from: Position, to: Position): ReadonlyArray<RecordedEvent> {
    return this.#outside.log.events.slice(countUpTo(from), countUpTo(to)) ?? []
  }

  #violate(what: string): void {
    this.#outside.world.violate(what)
  }
}

/** Which document must show an event, and what it shows. */
interface Shows<Document> {
  readonly idOf: (event: RecordedEvent) => string | undefined
  readonly revisionOf: (document: Document) => number
}
