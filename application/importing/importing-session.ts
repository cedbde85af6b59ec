import { isIdentified } from '../../domain/events/metadata.ts'
import type { ImportRules } from '../../domain/rules.ts'
import { CannotGoOn } from '../cannot-go-on.ts'
import type { Chance } from '../ports/chance.ts'
import type { Clock } from '../ports/clock.ts'
import type { AppendResult, EventStore, StreamAppend } from '../ports/event-store.ts'
import type { Ids } from '../ports/ids.ts'
import type { ImportLog } from '../ports/import-log.ts'
import type { Delivery, ImportSession } from '../ports/import-source.ts'
import type { Position } from '../ports/position.ts'
import type { ProfileDirectory } from '../ports/profile-directory.ts'
import { StoreTrouble } from '../ports/store-trouble.ts'
import { findReplayKey } from '../replay-mark.ts'
import { type RetryPolicy, retry } from '../retry.ts'
import { caughtUp, type Projected, untilProjected } from '../until-projected.ts'
import { appendRounds } from './append-rounds.ts'
import { type Attempt, attempt, isRefusedReplay, type Receive, receiveSafely } from './attempt.ts'
import { type DecidedStream, type Decider, decideBatch } from './decide-batch.ts'
import { type Knowledge, lookUp } from './look-up.ts'
import type { ImportObserver } from './observer.ts'
import { receiveBatch } from './receive-batch.ts'
import { Redeliveries } from './redeliveries.ts'
import { Turns } from './turns.ts'
import { WorkingSet } from './working-set.ts'
import { requireAnswers, WrongAnswer } from './wrong-answer.ts'

export interface SessionPorts {
  /** As projections read it: no decision is made on profiles that an unknown event would have changed. */
  readonly eventStore: EventStore
  readonly directory: ProfileDirectory
  readonly importLog: ImportLog
  readonly clock: Clock
  readonly chance: Chance
  readonly ids: Ids
  readonly observer: ImportObserver
}

export interface ImporterSettings {
  readonly rules: ImportRules
  /** The version of the `profiles` projection whose keys the rules match by. */
  readonly profilesVersion: string
  readonly batchSize: number
  /** So many batches may wait for the projections; then taking waits. */
  readonly workingSetBatches: number
  /** The queue whose redeliveries are to be recognised, and how many of its messages may be unacknowledged at once. */
  readonly redeliveries: { readonly queue: string; readonly window: number } | undefined
}

/** Bytes of profiles that may wait for the projections; then taking waits. */
const workingSetBytes = 64 * 1024 * 1024

const retryPolicy: RetryPolicy = { first: 50, longest: 5000 }

/** The source is lost, or the stop was asked for while a store was away. What is not acknowledged comes again. */
class Abandoned extends Error {}

/** The profiles are found by the keys of another version now: those of this process would miss them. */
export class ForeignReadModel extends CannotGoOn {
  constructor() {
    super('the read model "profiles" was switched to another version while this process ran: restart it')
  }
}

/**
 * What one ownership of the source comes to: batch after batch, from taking it over until it is lost or ends.
 * @throws CannotGoOn; every other error is a defect
 */
export class ImportingSession {
  private readonly ports: SessionPorts
  private readonly settings: ImporterSettings
  private readonly session: ImportSession
  private readonly signal: AbortSignal
  private readonly receive: Receive
  private readonly decider: Decider
  private readonly projected: Projected
  /** Taken, and not yet imported. */
  private left: ReadonlyArray<Delivery> = []

  constructor(ports: SessionPorts, settings: ImporterSettings, session: ImportSession, signal: AbortSignal) {
    this.ports = ports
    this.settings = settings
    this.session = session
    this.signal = signal
    this.receive = receiveSafely(settings.rules, ports.observer.defect)
    this.decider = {
      rules: settings.rules,
      workingSet: new WorkingSet(),
      maxEventBytes: ports.eventStore.limits?.maxEventBytes,
      redeliveries: new Redeliveries(settings.redeliveries?.window ?? 0),
      onDefect: ports.observer.defect,
      turns: new Turns(ports.clock),
    }
    const { eventStore, directory, importLog, clock } = ports
    const checkpoints = [() => directory.checkpoint(), () => importLog.checkpoint()]
    this.projected = { eventStore, checkpoints, clock }
  }

  async run(): Promise<void> {
    try {
      await this.retrying(() => this.synchronise())
      // Both stores have answered: whatever a session before this one met is over.
      this.ports.observer.recovered()
      for (;;) {
        await this.retrying(() => this.waitForRoom())
        const deliveries = await this.take()
        if (deliveries === undefined) return
        const imported = await this.import(deliveries)
        // Only now: every outcome of the batch is durable. Acknowledged sooner, a crash would lose it.
        this.session.acknowledge(deliveries.slice(0, imported))
        this.left = deliveries.slice(imported)
      }
    } catch (error) {
      if (!(error instanceof Abandoned)) throw error
    }
  }

  /** What an earlier batch had no room for, before anything new. */
  private async take(): Promise<ReadonlyArray<Delivery> | undefined> {
    if (this.left.length === 0) return this.session.take(this.settings.batchSize, this.signal)
    return this.signal.aborted ? undefined : this.left
  }

  /** How many of the deliveries are done, from the first. */
  private async import(deliveries: ReadonlyArray<Delivery>): Promise<number> {
    const { clock, ids, observer } = this.ports
    const started = clock.elapsed()
    const replayKey = await this.retrying(() => this.replayKeyFor(deliveries))
    const attempts = await receiveBatch(
      deliveries,
      (delivery) => attempt(delivery, this.receive, ids, replayKey),
      this.decider.turns,
      clock,
    )
    const refused = attempts.filter(isRefusedReplay).length
    if (refused > 0) observer.replaysRefused(refused)
    let open: ReadonlyArray<Attempt> = attempts
    await this.retrying(async (failed) => {
      if (failed) await this.synchronise()
      while (open.length > 0) {
        const knowledge = await this.retrying(() => this.lookUp(open))
        this.decider.workingSet.release(knowledge.directory.checkpoint, knowledge.log.checkpoint)
        const decided = await decideBatch(this.decider, open, knowledge)
        // Asked after the lookup: a new owner that wrote before the lookup has the source, one that writes later makes
        // the append conflict. So nobody else's outcome of a message without id is doubled. The time at which a message
        // came tells nothing: after a suspension, it may have waited in the socket while another owner imported it.
        if (failed || open.some(isUnrecognizable)) await this.confirmOwnership()
        await this.append(decided.streams)
        open = open.slice(decided.count)
        // The next one needs a newer read model.
        if (open.length > 0) await this.synchronise()
      }
    })
    const absorbed = attempts.filter((each) => each.done && each.triedAs === undefined).length
    observer.imported({ taken: attempts.length, absorbed, milliseconds: clock.elapsed() - started })
    return attempts.length
  }

  /** Asked for only where there is a mark to be checked. */
  private async replayKeyFor(deliveries: ReadonlyArray<Delivery>): Promise<Uint8Array | undefined> {
    return deliveries.some(({ replayMark }) => replayMark !== undefined)
      ? findReplayKey(this.ports.eventStore)
      : undefined
  }

  private async lookUp(open: ReadonlyArray<Attempt>): Promise<Knowledge> {
    const { directory, importLog } = this.ports
    const knowledge = await lookUp(open, directory, importLog, this.decider.workingSet)
    if (knowledge.directory.version !== this.settings.profilesVersion) throw new ForeignReadModel()
    await this.recallOutcomes(open)
    return knowledge
  }

  /**
   * After the lookup, so that no outcome of an earlier owner that it shows is missing here, also one that was written
   * late: the append would not conflict with it any more.
   */
  private async recallOutcomes(open: ReadonlyArray<Attempt>): Promise<void> {
    const { redeliveries } = this.settings
    if (redeliveries === undefined || !open.some(isKnownByItsBytes)) return
    this.decider.redeliveries.refresh(
      await this.ports.importLog.recent(redeliveries.queue, redeliveries.window),
    )
  }

  private async append(streams: ReadonlyMap<string, DecidedStream>): Promise<void> {
    const positions = new Map<string, Position>()
    for (const appends of appendRounds(streams, this.ports.eventStore.limits?.maxAppendBytes)) {
      const settled = new Map<string, SettledAppend>()
      await this.retrying(() => this.settle(appends, settled))
      for (const [stream, result] of settled) {
        if (result.tag === 'Appended') positions.set(stream, result.position)
        else {
          this.ports.observer.conflicted(stream)
          throw new AppendConflict(`${stream} is not at the expected revision`)
        }
      }
    }
    this.decider.workingSet.written(positions)
    for (const { outcomes } of streams.values()) {
      for (const { event } of outcomes) {
        if (!isIdentified(event.metadata)) this.decider.redeliveries.recorded(event.metadata.import_id)
      }
    }
  }

  /**
   * Appends what is not settled. The same append can be tried again whatever became of it: it is at the same revision,
   * with the same ids, so that it is written once at most, also when an earlier try comes through late.
   * @throws StoreTrouble when an outcome is unknown, after the others are settled
   */
  private async settle(
    appends: ReadonlyArray<StreamAppend>,
    settled: Map<string, SettledAppend>,
  ): Promise<void> {
    const open = appends.filter(({ stream }) => !settled.has(stream))
    const results = await this.ports.eventStore.append(open)
    requireAnswers('an append', open.length, results.length)
    let trouble: StoreTrouble | undefined
    for (const [index, { stream }] of open.entries()) {
      const result = results[index]
      if (result?.stream !== stream) throw new WrongAnswer('an append', 'in another order')
      if (result.tag === 'Unknown') trouble = result.cause
      else settled.set(stream, result)
    }
    if (trouble === undefined) return
    this.ports.observer.appendUnknown()
    throw trouble
  }

  private async confirmOwnership(): Promise<void> {
    if (!(await this.session.confirmOwnership())) throw new Abandoned()
  }

  /** Tries until it succeeds, also when a store is in trouble for long. */
  private async retrying<T>(action: (failed: boolean) => Promise<T>): Promise<T> {
    const { observer } = this.ports
    const again = retry(retryPolicy, this.ports)
    for (let failed = false; ; failed = true) {
      try {
        const result = await action(failed)
        if (failed) observer.recovered()
        return result
      } catch (error) {
        if (error instanceof StoreTrouble) observer.failed(error)
        else if (!(error instanceof AppendConflict)) throw error
      }
      if (this.signal.aborted) throw new Abandoned()
      await again.wait(this.signal)
    }
  }

  /** Drops what this process believes: begins from the read model alone, once it shows everything that is in the log now. */
  private async synchronise(): Promise<void> {
    this.decider.workingSet.clear()
    await caughtUp(this.projected, this.signal)
    if (this.signal.aborted) throw new Abandoned()
  }

  private async waitForRoom(): Promise<void> {
    const { workingSet } = this.decider
    const { batchSize, workingSetBatches } = this.settings
    const { directory, importLog } = this.ports
    const hasRoom = () => {
      const { outcomes, bytes } = workingSet.load()
      return outcomes < workingSetBatches * batchSize && bytes < workingSetBytes
    }
    if (hasRoom()) return
    const makesRoom = async () => {
      workingSet.release(await directory.checkpoint(), await importLog.checkpoint())
      return hasRoom()
    }
    await untilProjected(this.projected, makesRoom, this.signal)
    if (!hasRoom()) throw new Abandoned()
  }
}

class AppendConflict extends Error {}

type SettledAppend = Exclude<AppendResult, { tag: 'Unknown' }>

/** Only its bytes can tell whether it is done. */
const isKnownByItsBytes = (each: Attempt): boolean => each.delivery.redelivered && isUnrecognizable(each)

/** Were it done by another owner of the source meanwhile, nothing would tell. */
const isUnrecognizable = ({ identified, done }: Attempt): boolean => !identified && !done
