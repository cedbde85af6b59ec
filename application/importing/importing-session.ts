import { ReadModelSwitched } from '../cannot-go-on.ts'
import { identifyLog } from '../identify-log.ts'
import type { Delivery, ImportSession } from '../ports/import-source.ts'
import { retry } from '../retry.ts'
import { Turns } from '../turns.ts'
import { appendDecided } from './append-decided.ts'
import { type Attempt, hasConflicted, isUnrecognizable, type Receive, receiveSafely } from './attempt.ts'
import { type DecidedBatch, decideBatch } from './decide-batch.ts'
import type { DecidingRules } from './decide-import.ts'
import { type Knowledge, lookUp } from './look-up.ts'
import { synchronise, waitForRoom } from './projections-behind.ts'
import { readingLater } from './read-later-changes.ts'
import { receiveBatch } from './receive-batch.ts'
import { Redeliveries } from './redeliveries.ts'
import { Abandoned, type Retrying, retryingTrouble, retryPolicy, waitUnlessStopped } from './retrying.ts'
import type { ImporterSettings, SessionPorts } from './session-ports.ts'
import { WorkingSet } from './working-set.ts'

/**
 * One ownership of the source: imports batch after batch until it is lost or ends.
 * @throws CannotGoOn; every other error is a defect
 */
export class ImportingSession {
  readonly #ports: SessionPorts
  readonly #settings: ImporterSettings
  readonly #session: ImportSession
  readonly #signal: AbortSignal
  readonly #retrying: Retrying
  readonly #receiveOne: Receive
  readonly #deciding: DecidingRules
  readonly #turns: Turns
  readonly #workingSet = new WorkingSet()
  readonly #redeliveries: Redeliveries
  /** Taken but not yet imported. */
  #deferred: ReadonlyArray<Delivery> = []

  constructor(ports: SessionPorts, settings: ImporterSettings, session: ImportSession, signal: AbortSignal) {
    const { eventStore, clock, observer } = ports
    const { rules, redeliveries } = settings
    this.#ports = ports
    this.#settings = settings
    this.#session = session
    this.#signal = signal
    this.#retrying = retryingTrouble(ports, signal)
    this.#receiveOne = receiveSafely(rules, observer.defect)
    const maxEventBytes = eventStore.limits?.maxEventBytes
    const later = readingLater(ports, this.#retrying)
    this.#deciding = { rules, maxEventBytes, onDefect: observer.defect, readingLater: later }
    this.#turns = new Turns(clock)
    this.#redeliveries = new Redeliveries(redeliveries?.window ?? 0)
  }

  async run(): Promise<void> {
    const { eventStore, ids, observer } = this.#ports
    try {
      await this.#retrying(() => identifyLog(eventStore, ids))
      await this.#synchronise()
      // Both stores have answered, so whatever trouble an earlier session met is over.
      observer.recovered()
      for (;;) {
        await this.#waitForRoom()
        const deliveries = await this.#take()
        if (deliveries === undefined) return
        this.#acknowledge(deliveries, await this.#import(deliveries))
      }
    } catch (error) {
      if (!(error instanceof Abandoned)) throw error
    }
  }

  /** 1. Takes deliveries: first those that did not fit into an earlier batch, then new ones. Undefined at the end. */
  async #take(): Promise<ReadonlyArray<Delivery> | undefined> {
    if (this.#deferred.length === 0) return this.#session.take(this.#settings.batchSize, this.#signal)
    return this.#signal.aborted ? undefined : this.#deferred
  }

  /** 2 to 5. Receives what fits into one batch, and makes the outcomes durable. Returns the number of deliveries. */
  async #import(deliveries: ReadonlyArray<Delivery>): Promise<number> {
    const { clock, observer } = this.#ports
    const started = clock.elapsed()
    let open = await receiveBatch(deliveries, this.#receiveOne, this.#turns, this.#ports, this.#retrying)
    const taken = open.length
    const afterConflict = retry(retryPolicy, this.#ports)
    let absorbed = 0
    while (open.length > 0) {
      const knowledge = await this.#retrying(() => this.#lookUp(open))
      const decided = await this.#decide(knowledge)
      absorbed += decided.absorbedBy.length
      if (await this.#append(open, decided)) {
        open = decided.deferred
        if (open.length > knowledge.deferred.length) await this.#synchronise()
        else if (open.length > 0) await this.#waitForRoom()
      } else {
        open = [...decided.tried, ...decided.deferred]
        await waitUnlessStopped(afterConflict, this.#signal)
        await this.#synchronise()
      }
    }
    observer.imported({ taken, absorbed, milliseconds: clock.elapsed() - started })
    return taken
  }

  /** 3. Looks up everything that is open in the read models. */
  async #lookUp(open: ReadonlyArray<Attempt>): Promise<Knowledge> {
    const knowledge = await lookUp(open, this.#ports, this.#settings, this.#workingSet, this.#redeliveries)
    if (knowledge.profilesVersion !== this.#settings.profilesVersion) throw new ReadModelSwitched('profiles')
    return knowledge
  }

  /** 4. Decides the open attempts, based on the lookup and on what was decided before. */
  async #decide(knowledge: Knowledge): Promise<DecidedBatch> {
    this.#workingSet.release(knowledge.checkpoints.profiles, knowledge.checkpoints.imports)
    const decided = await decideBatch(this.#deciding, knowledge, this.#workingSet, this.#turns)
    for (const importId of decided.absorbedBy) this.#redeliveries.spend(importId)
    return decided
  }

  /** 5. Appends the outcomes. False if another process has written to a stream meanwhile. */
  async #append(open: ReadonlyArray<Attempt>, { streams, tried }: DecidedBatch): Promise<boolean> {
    // Checked after the lookup: a new owner that wrote before the lookup has the source by now, and one that writes
    // later makes the append conflict. So no other owner's outcome is doubled. The arrival time proves nothing: after a
    // suspension, a message may have waited in the socket while another owner imported it.
    const mustOwn = open.some(hasConflicted) || tried.some(isUnrecognizable)
    if (mustOwn && !(await this.#session.confirmOwnership())) throw new Abandoned()
    // Even if another stream conflicts: what is recorded in this session absorbs nothing, and the rest cannot.
    for (const { events } of streams.values()) {
      for (const { event } of events) {
        if (!event.public.identified) this.#redeliveries.spend(event.public.import_id)
      }
    }
    const positions = await appendDecided(streams, this.#ports, this.#retrying)
    if (positions === undefined) return false
    this.#workingSet.written(positions)
    return true
  }

  /** 6. Only after every outcome is durable: acknowledging earlier could lose messages in a crash. */
  #acknowledge(deliveries: ReadonlyArray<Delivery>, imported: number): void {
    this.#session.acknowledge(deliveries.slice(0, imported))
    this.#deferred = deliveries.slice(imported)
  }

  #waitForRoom(): Promise<void> {
    return this.#retrying(() => waitForRoom(this.#workingSet, this.#ports, this.#settings, this.#signal))
  }

  #synchronise(): Promise<void> {
    return this.#retrying(() => synchronise(this.#workingSet, this.#ports, this.#signal))
  }
}
