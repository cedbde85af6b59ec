import type { LogEpoch } from '../../../../application/ports/log-identity.ts'
import { comparePositions, type Position } from '../../../../application/ports/position.ts'
import type { ApplyResult, ProjectionChanges } from '../../../../application/ports/projection-store.ts'
import { type Faults, SimulatedFault } from '../world/faults.ts'
import type { Server } from '../world/server.ts'
import { emptyGeneration, type SimGeneration } from './generation.ts'

export interface ReadModelKind<Id, Document> {
  readonly name: string
  readonly idOf: (document: Document) => string
  readonly textOf: (id: Id) => string
  /** The revision that a document shows; the higher of two is the later. */
  readonly revisionOf: (document: Document) => number
}

export interface ReadModelOptions<Document> {
  /** Like SQLite: an apply is one transaction, a lookup one snapshot. Otherwise documents are written one by one. */
  readonly isTransactional: boolean
  readonly faults: Faults
  /** A checkpoint has moved in one of the generations. */
  readonly onMoved: (generation: SimGeneration<Document>, from: Position) => void
  /** A document shows less than before. */
  readonly onWentBack: (document: Document) => void
  /** A generation answers. */
  readonly onRead: (generation: SimGeneration<Document>) => void
  /** Another generation is live now. */
  readonly onSwitched: (live: SimGeneration<Document>, before: SimGeneration<Document> | undefined) => void
}

/** What a store keeps of one projection. Documents never return to an earlier revision. */
export class ReadModel<Id, Document> {
  readonly kind: ReadModelKind<Id, Document>
  readonly server: Server
  readonly options: ReadModelOptions<Document>
  readonly generations = new Map<number, SimGeneration<Document>>()
  /** Virtual time until which nothing is applied to the live generation: the projection lags. */
  heldUntil = 0
  /** Changed only by a planted defect. */
  guardsRevisions = true
  #liveId = 0
  #lastId = 0

  constructor(kind: ReadModelKind<Id, Document>, server: Server, options: ReadModelOptions<Document>) {
    this.kind = kind
    this.server = server
    this.options = options
  }

  live(): SimGeneration<Document> | undefined {
    return this.generations.get(this.#liveId)
  }

  /** The generation that answers queries. */
  read(): SimGeneration<Document> | undefined {
    const live = this.live()
    if (live !== undefined) this.options.onRead(live)
    return live
  }

  /** Somebody deletes the read model. Nobody uses it meanwhile. */
  delete(): void {
    this.generations.clear()
    this.heldUntil = 0
    this.#liveId = 0
    this.#lastId = 0
  }

  create(version: string, log?: LogEpoch): SimGeneration<Document> {
    this.#lastId += 1
    const created = emptyGeneration<Document>(this.#lastId, version, log)
    this.generations.set(this.#lastId, created)
    if (this.#lastId === 1) this.#liveId = 1
    return created
  }

  stamp(id: number, log: LogEpoch): void {
    const generation = this.generations.get(id)
    if (generation !== undefined) generation.log = log
  }

  /** Whether it may still be applied to. */
  current(id: number): SimGeneration<Document> | undefined {
    return id < this.#liveId ? undefined : this.generations.get(id)
  }

  switchTo(id: number): boolean {
    const [target, live] = [this.generations.get(id), this.live()]
    if (target === undefined || live === undefined || id < live.id) return false
    if (comparePositions(target.checkpoint, live.checkpoint) < 0) return false
    this.makeLive(target)
    return true
  }

  makeLive(generation: SimGeneration<Document>): void {
    const { id, version } = generation
    this.server.world.say(this.kind.name, () => `switches to generation ${id}, ${version}`)
    const before = this.live()
    this.#liveId = id
    this.options.onSwitched(generation, before)
  }

  drop(id: number): void {
    if (id !== this.#liveId) this.generations.delete(id)
  }

  async apply(
    id: number,
    changes: ProjectionChanges<Document>,
    from: Position,
    to: Position,
  ): Promise<ApplyResult> {
    const { server, options } = this
    while (id === this.#liveId && server.world.now < this.heldUntil)
      await server.moment(this.heldUntil - server.world.now)
    const refused = this.#refuses(id, from)
    if (refused !== undefined) return refused
    for (const document of changes.documents) {
      this.#write(id, document)
      if (options.isTransactional) continue
      if (options.faults.cutsShort()) throw new SimulatedFault('the bulk write was cut short')
      await server.moment(options.faults.latency())
    }
    const generation = this.generations.get(id)
    for (const [stream, revision] of changes.revisions) {
      generation?.revisions.set(stream, Math.max(revision, generation.revisions.get(stream) ?? -1))
    }
    if (!options.isTransactional) await server.moment(options.faults.latency())
    return this.#moveCheckpoint(id, from, to)
  }

  #moveCheckpoint(id: number, from: Position, to: Position): ApplyResult {
    const refused = this.#refuses(id, from)
    const generation = this.generations.get(id)
    if (refused !== undefined || generation === undefined) return refused ?? 'gone'
    generation.checkpoint = to
    this.options.onMoved(generation, from)
    return 'applied'
  }

  #refuses(id: number, from: Position): 'gone' | 'stale' | undefined {
    const generation = this.current(id)
    if (generation === undefined) return 'gone'
    return generation.checkpoint === from ? undefined : 'stale'
  }

  #write(id: number, document: Document): void {
    const documents = this.generations.get(id)?.documents
    const key = this.kind.idOf(document)
    const present = documents?.get(key)
    const isOlder = present !== undefined && this.kind.revisionOf(present) > this.kind.revisionOf(document)
    if (isOlder && this.guardsRevisions) return
    if (isOlder) this.options.onWentBack(document)
    documents?.set(key, document)
  }
}
