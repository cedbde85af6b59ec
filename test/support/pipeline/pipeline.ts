import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runImporter } from '../../../application/importing/importer.ts'
import { type ImportObserver, unobserved } from '../../../application/importing/observer.ts'
import type { Clock } from '../../../application/ports/clock.ts'
import type { EventStore, NewEvent, RecordedEvent } from '../../../application/ports/event-store.ts'
import type { Ids } from '../../../application/ports/ids.ts'
import type { Delivery, ImportSession, ImportSource } from '../../../application/ports/import-source.ts'
import { beginning, type Position } from '../../../application/ports/position.ts'
import type { ProfileDocument } from '../../../application/ports/profile-document.ts'
import type { ProjectionStore } from '../../../application/ports/projection-store.ts'
import type { Reply } from '../../../application/ports/reply-sink.ts'
import type { EventProcessor } from '../../../application/processing/event-processor.ts'
import { replyTo } from '../../../application/reply-to.ts'
import type { MessageProperties } from '../../../domain/events/current.ts'
import type { ImportId } from '../../../domain/ids.ts'
import type { ImportRules } from '../../../domain/rules.ts'
import { systemClock } from '../../../infrastructure/system/system-clock.ts'
import type { Projection } from '../../../projections/projection.ts'
import { readModelProjector } from '../../../projections/read-model-projector.ts'
import { eachReadModel, type Projections, projections } from '../../../projections/registry.ts'
import { buildRules } from '../builders/message-builders.ts'
import { openSqlite, type SqliteStores } from '../sqlite/open-sqlite.ts'

export const queue = 'database_import'

const forever = new AbortController().signal

export interface Message {
  readonly body: Uint8Array
  readonly properties?: MessageProperties
  readonly redelivered?: boolean
  readonly replayOf?: ImportId
  readonly fixes?: string
  readonly overwrite?: true
  readonly replayMark?: string
  readonly contentEncoding?: string
  readonly importId?: ImportId
  readonly source?: Delivery['source']
}

export const delivery = ({ properties = {}, redelivered = false, ...rest }: Message): Delivery => ({
  source: { kind: 'queue', queue },
  ...rest,
  properties,
  redelivered,
  receivedAt: 1_700_000_000_000,
})

/** Consecutive ids, so that two runs over the same messages can be compared. */
export const countedIds = (): Ids => {
  let [count, salts] = [0, 0]
  return {
    fresh: () => {
      count += 1
      // The digits that differ are part of the profile id.
      return `00000000-0000-4000-8000-${count.toString(16).padStart(4, '0')}00000000` as ImportId
    },
    salt: () => {
      salts += 1
      return Buffer.from(salts.toString(16).padStart(32, '0'), 'hex').toString('base64url')
    },
  }
}

/** A source that ends after its messages. `acknowledged` counts. */
export const listSource = (
  messages: ReadonlyArray<Message>,
  { confirmOwnership = () => true, onAcknowledged = () => {} }: PipelineOptions = {},
): ImportSource & { acknowledged(): number } => {
  const waiting = messages.map(delivery)
  let acknowledged = 0
  let opened = false
  const session: ImportSession = {
    take: async (limit) => (waiting.length === 0 ? undefined : waiting.splice(0, limit)),
    acknowledge: (deliveries) => {
      acknowledged += deliveries.length
      onAcknowledged(deliveries.length)
    },
    confirmOwnership: async () => confirmOwnership(),
    close: async () => {},
  }
  return {
    open: async () => {
      if (opened) return undefined
      opened = true
      return session
    },
    acknowledged: () => acknowledged,
  }
}

export type PipelineStores = Omit<SqliteStores, 'close'>

export interface PipelineOptions {
  readonly rules?: ImportRules
  /** How many events each projection applies whenever the importer waits or asks; by default all. */
  readonly projectorSteps?: () => number
  /** The stores that are not on SQLite. */
  readonly stores?: Partial<PipelineStores>
  /** Wraps the real event store. */
  readonly faults?: (eventStore: EventStore) => EventStore
  /** The version of the profiles that the directory claims; by default the real one. */
  readonly answeringVersion?: string
  readonly observer?: Partial<ImportObserver>
  readonly window?: number
  /** Replaces the clock, which otherwise stands still. */
  readonly clock?: Pick<Clock, 'elapsed' | 'turn'>
  readonly confirmOwnership?: () => boolean
  readonly onAcknowledged?: (deliveries: number) => void
}

/**
 * The real pipeline, by default on SQLite in a temporary folder; the projections continue when the importer sleeps or
 * looks up.
 */
export class Pipeline {
  readonly stores: PipelineStores
  readonly rules: ImportRules
  readonly projections: Projections
  readonly ids = countedIds()
  readonly #folder = mkdtempSync(join(tmpdir(), 'profile-importer-test-'))
  readonly #sqlite: SqliteStores
  readonly #options: PipelineOptions
  readonly #projectors: ReadonlyArray<EventProcessor>

  constructor(options: PipelineOptions = {}) {
    this.#options = options
    this.rules = options.rules ?? buildRules()
    this.#sqlite = openSqlite(this.#folder, { clock: systemClock })
    this.stores = { ...this.#sqlite, ...options.stores }
    this.projections = projections({ definitionOf: this.rules.definitionOf, definitionsVersion: 'test' })
    const { projectionStores, eventStore } = this.stores
    this.#projectors = [
      ...eachReadModel({ projections: this.projections, projectionStores }, ({ projection, store }) =>
        readModelProjector(projection, store, eventStore),
      ),
    ]
  }

  /** Time passes only by projecting. */
  readonly #clock: Clock = {
    now: () => 1_700_000_000_000,
    elapsed: () => this.#options.clock?.elapsed() ?? 0,
    turn: async () => this.#options.clock?.turn(),
    sleep: async () => {
      await this.project()
    },
  }

  async import(
    messages: ReadonlyArray<Message>,
    batchSize: number,
    signal = forever,
  ): Promise<{ acknowledged: number }> {
    const source = listSource(messages, this.#options)
    const { eventStore, profileDirectory, auditIndex } = this.stores
    await runImporter(
      {
        source,
        eventStore: this.#options.faults?.(eventStore) ?? eventStore,
        directory: {
          checkpoint: () => profileDirectory.checkpoint(),
          lookup: async (queries, streams) => {
            await this.project()
            const answer = await profileDirectory.lookup(queries, streams)
            return { ...answer, version: this.#options.answeringVersion ?? answer.version }
          },
        },
        auditIndex,
        clock: this.#clock,
        chance: () => 0.5,
        ids: this.ids,
        observer: { ...unobserved, ...this.#options.observer },
      },
      {
        rules: this.rules,
        profilesVersion: this.projections.profiles.version,
        batchSize,
        workingSetBatches: 20,
        redeliveries: { queue, window: this.#options.window ?? 2 * batchSize },
      },
      signal,
    )
    return { acknowledged: source.acknowledged() }
  }

  /** One step of each projection, while the options allow it. */
  async project(steps = this.#options.projectorSteps?.() ?? Number.POSITIVE_INFINITY): Promise<void> {
    for (const projector of this.#projectors) {
      const checkpoint = await projector.checkpoint()
      const events = (await this.events(checkpoint)).slice(0, steps)
      const last = events.at(-1)
      if (last !== undefined) await projector.apply(events, checkpoint, last.position, forever)
    }
  }

  async events(after: Position = beginning): Promise<ReadonlyArray<RecordedEvent>> {
    const events: Array<RecordedEvent> = []
    for await (const batch of this.stores.eventStore.read(after, forever)) events.push(...batch)
    return events
  }

  /** The readable events, for appending them elsewhere. */
  async readable(): Promise<ReadonlyArray<RecordedEvent & NewEvent>> {
    return (await this.events()).flatMap(({ event, ...place }) =>
      event.type === 'Unreadable' ? [] : [{ ...place, event }],
    )
  }

  async replies(): Promise<ReadonlyArray<Reply>> {
    return (await this.events()).flatMap((recorded) => replyTo(recorded) ?? [])
  }

  /** The live read model, once it has caught up. */
  async profiles(): Promise<ReadonlyArray<ProfileDocument>> {
    await this.project(Number.POSITIVE_INFINITY)
    return scanLive(this.stores.projectionStores.profiles)
  }

  /** A fold of the whole log at once, without any store. */
  async foldedProfiles(): Promise<ReadonlyArray<ProfileDocument>> {
    return foldAll(this.projections.profiles, await this.events())
  }

  close(): void {
    this.#sqlite.close()
    rmSync(this.#folder, { recursive: true, force: true })
  }
}

export const scanLive = async <Id, Document>(
  store: ProjectionStore<Id, Document>,
): Promise<ReadonlyArray<Document>> => {
  const live = (await store.generations()).find((generation) => generation.live)
  const documents: Array<Document> = []
  if (live === undefined) return documents
  for await (const batch of store.scan(live.id, forever)) documents.push(...batch)
  return documents
}

const foldAll = <Id, Document>(
  projection: Projection<Id, Document>,
  events: ReadonlyArray<RecordedEvent>,
): ReadonlyArray<Document> => projection.fold([], events)
