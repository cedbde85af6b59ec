import { isIdentified } from '../../domain/events/metadata.ts'
import type { ImportRules } from '../../domain/rules.ts'
import type { Clock } from '../ports/clock.ts'
import type { AppendResult, EventStore, StreamAppend } from '../ports/event-store.ts'
import type { Ids } from '../ports/ids.ts'
import type { ImportLog } from '../ports/import-log.ts'
import type { Delivery, ImportSession } from '../ports/import-source.ts'
import { comparePositions, type Position } from '../ports/position.ts'
import type { ProfileDirectory } from '../ports/profile-directory.ts'
import { appendRounds } from './append-rounds.ts'
import { type Attempt, attempt, type Receive, receiveSafely } from './attempt.ts'
import { type DecidedStream, type Decider, decideBatch } from './decide-batch.ts'
import { type Knowledge, lookUp } from './look-up.ts'
import type { ImportObserver } from './observer.ts'
import { Redeliveries } from './redeliveries.ts'
import { WorkingSet } from './working-set.ts'

export interface SessionPorts {
  readonly eventStore: EventStore
  readonly directory: ProfileDirectory
  readonly importLog: ImportLog
  readonly clock: Clock
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

/** Milliseconds. */
const projectionPoll = 5
const firstRetryDelay = 50
const longestRetryDelay = 5000

/** The source is lost, or the stop was asked for while a store was away. What is not acknowledged comes again. */
class Abandoned extends Error {}

/** The profiles are found by the keys of another version now: those of this process would miss them. */
export class ForeignReadModel extends Error {
  constructor() {
    super('the read model "profiles" was switched to another version while this process ran: restart it')
  }
}

/**
 * What one ownership of the source comes to: batch after batch, from taking it over until it is lost or ends.
 * @throws ForeignReadModel
 */
export class ImportingSession {
  private readonly ports: SessionPorts
  private readonly settings: ImporterSettings
  private readonly session: ImportSession
  private readonly signal: AbortSignal
  private readonly receive: Receive
  private readonly decider: Decider

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
    }
  }

  async run(): Promise<void> {
    try {
      await this.retrying(() => this.synchronise())
      for (;;) {
        await this.retrying(() => this.waitForRoom())
        const deliveries = await this.session.take(this.settings.batchSize, this.signal)
        if (deliveries === undefined) return
        await this.import(deliveries)
        // Only now: every outcome of the batch is durable. Acknowledged sooner, a crash would lose it.
        this.session.acknowledge(deliveries)
      }
    } catch (error) {
      if (!(error instanceof Abandoned)) throw error
    }
  }

  private async import(deliveries: ReadonlyArray<Delivery>): Promise<void> {
    const { clock, ids, observer } = this.ports
    const started = clock.now()
    const attempts = deliveries.map((delivery) => attempt(delivery, this.receive, ids))
    let open: ReadonlyArray<Attempt> = attempts
    await this.retrying(async (failed) => {
      if (failed) await this.synchronise()
      while (open.length > 0) {
        const knowledge = await this.retrying(() => this.lookUp(open))
        this.decider.workingSet.release(knowledge.directory.checkpoint, knowledge.log.checkpoint)
        const decided = decideBatch(this.decider, open, knowledge)
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
    observer.imported({ taken: attempts.length, absorbed, milliseconds: clock.now() - started })
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
   * @throws when an outcome is unknown, after the others are settled
   */
  private async settle(
    appends: ReadonlyArray<StreamAppend>,
    settled: Map<string, SettledAppend>,
  ): Promise<void> {
    const open = appends.filter(({ stream }) => !settled.has(stream))
    const results = await this.ports.eventStore.append(open)
    let trouble: Error | undefined
    for (const [index, { stream }] of open.entries()) {
      const result = results[index]
      if (result?.tag === 'Unknown') trouble = result.cause
      else if (result !== undefined) settled.set(stream, result)
    }
    if (trouble !== undefined) throw trouble
  }

  private async confirmOwnership(): Promise<void> {
    if (!(await this.session.confirmOwnership())) throw new Abandoned()
  }

  /** Tries until it succeeds, also when a store is away for long. */
  private async retrying<T>(action: (failed: boolean) => Promise<T>): Promise<T> {
    for (let delay = firstRetryDelay, failed = false; ; delay = Math.min(2 * delay, longestRetryDelay)) {
      try {
        return await action(failed)
      } catch (error) {
        if (error instanceof Abandoned || error instanceof ForeignReadModel) throw error
        failed = true
        if (!(error instanceof AppendConflict)) this.ports.observer.failed(error)
        if (this.signal.aborted) throw new Abandoned()
        await this.ports.clock.sleep(delay, this.signal)
      }
    }
  }

  /** Drops what this process believes: begins from the read model alone, once it shows everything that is in the log now. */
  private async synchronise(): Promise<void> {
    const { eventStore, directory, importLog } = this.ports
    this.decider.workingSet.clear()
    const end = await eventStore.end()
    while (
      comparePositions(await directory.checkpoint(), end) < 0 ||
      comparePositions(await importLog.checkpoint(), end) < 0
    ) {
      await this.waitForProjections()
    }
  }

  private async waitForRoom(): Promise<void> {
    const { workingSet } = this.decider
    const { batchSize, workingSetBatches } = this.settings
    for (;;) {
      const { outcomes, bytes } = workingSet.load()
      if (outcomes < workingSetBatches * batchSize && bytes < workingSetBytes) return
      workingSet.release(await this.ports.directory.checkpoint(), await this.ports.importLog.checkpoint())
      if (workingSet.load().outcomes < outcomes) continue
      await this.waitForProjections()
    }
  }

  private async waitForProjections(): Promise<void> {
    if (this.signal.aborted) throw new Abandoned()
    await this.ports.clock.sleep(projectionPoll, this.signal)
  }
}

class AppendConflict extends Error {}

type SettledAppend = Exclude<AppendResult, { tag: 'Unknown' }>

/** Only its bytes can tell whether it is done. */
const isKnownByItsBytes = (each: Attempt): boolean => each.delivery.redelivered && isUnrecognizable(each)

/** Were it done by another owner of the source meanwhile, nothing would tell. */
const isUnrecognizable = ({ identified, done }: Attempt): boolean => !identified && !done
