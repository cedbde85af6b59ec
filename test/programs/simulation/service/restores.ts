import { forkedAt } from '../../../../application/epochs.ts'
import type { RecordedEvent } from '../../../../application/ports/event-store.ts'
import { beginning, comparePositions } from '../../../../application/ports/position.ts'
import type { Reply } from '../../../../application/ports/reply-sink.ts'
import { contextOf } from '../../../../domain/events/stored-event.ts'
import { readModelNames } from '../../../../projections/registry.ts'
import type { LogBackup } from '../log/event-log.ts'
import type { Random } from '../world/random.ts'
import type { Cluster } from './cluster.ts'
import { sentAgain } from './messages.ts'
import type { Outside } from './outside.ts'

/** Milliseconds after a crash until everything that was on its way has arrived or failed. */
const quietAfter = 12_000
/** Milliseconds within which producers send messages again. */
const slowestProducer = 5000

export interface RestoreListener {
  /** The log now is what the backup was, and nobody has used it yet. */
  restored(): void
  /** Whether the outcome of a message that has left its queue was given up. */
  readonly forks: { isLost(place: number): boolean }
}

/** Backups of the log, and what happens when they are restored. */
export class Restores {
  /** Backups that are still to be restored, and messages that are still to be sent again. */
  #pending = 0
  #isDown = false
  /** Of every log that was lost: the events that its replies answered. */
  readonly #answeredBy = new Map<Reply, RecordedEvent | undefined>()
  readonly #outside: Outside
  readonly #cluster: Cluster
  readonly #random: Random
  readonly #listener: RestoreListener

  constructor(outside: Outside, cluster: Cluster, random: Random, listener: RestoreListener) {
    this.#outside = outside
    this.#cluster = cluster
    this.#random = random
    this.#listener = listener
  }

  isPending(): boolean {
    return this.#pending > 0
  }

  /** Takes a backup now. After so many milliseconds everything crashes, and the backup is restored. */
  backUp(ms: number): void {
    if (this.#isDown) return
    const { log, world } = this.#outside
    const backup = log.backUp()
    this.#after(ms, () => {
      // Another backup is being restored.
      if (this.#isDown) return
      world.say('INCIDENT', () => 'everything crashes, and the log is lost')
      this.#isDown = true
      this.#cluster.crash()
      this.#after(this.#quietTime(), () => {
        this.#restore(backup)
        this.#isDown = false
        this.#cluster.goOn()
      })
    })
  }

  /** The servers answer nobody: what the crash has interrupted ends meanwhile. */
  #quietTime(): number {
    const { log, store, readModels, world } = this.#outside
    const lags = readModelNames.map((name) => readModels[name].heldUntil - world.now)
    const ms = Math.max(0, ...lags) + quietAfter
    log.goAway(ms - 1)
    store.goAway(ms - 1)
    return ms
  }

  #restore(backup: LogBackup): void {
    const { broker, log, world, readModels } = this.#outside
    for (const reply of broker.replies)
      if (!this.#answeredBy.has(reply)) this.#answeredBy.set(reply, log.at(reply.position))
    const end = backup.events.at(-1)?.position ?? beginning
    log.restore(backup, forkedAt(backup.identity, end, world.now))
    world.say('log', () => `is restored up to ${end || 'the beginning'}: epoch ${log.identity.epoch}`)
    for (const name of readModelNames) {
      // Those in the data folder are deleted; those on a server are not.
      if (readModels[name].options.isTransactional) readModels[name].delete()
    }
    const answered = this.#answered()
    broker.replies = [...this.#answeredBy].flatMap(([reply, event]) => (answered.has(event) ? [reply] : []))
    this.#listener.restored()
    this.#sendAgain()
  }

  /** What the restored log knows to be answered: all else must be answered again. */
  #answered(): ReadonlySet<RecordedEvent | undefined> {
    const { events, checkpoints } = this.#outside.log
    const isAnswered = ({ position, event }: RecordedEvent) => {
      const source = contextOf(event)?.public.source
      const checkpoint = source?.kind === 'queue' ? checkpoints.get(`replies-${source.queue}`) : undefined
      return checkpoint !== undefined && comparePositions(position, checkpoint) <= 0
    }
    return new Set(events.filter(isAnswered))
  }

  /** Producers cannot know what was lost: they send some of it again, and some of what was not. */
  #sendAgain(): void {
    const { broker } = this.#outside
    for (const { place, message } of [...broker.published]) {
      const isLost = this.#listener.forks.isLost(place)
      const isIdentified = message.properties.message_id !== undefined
      if (!this.#random.chance(isLost ? 0.7 : isIdentified ? 0.1 : 0)) continue
      this.#after(this.#random.between(0, slowestProducer), () => broker.publish(sentAgain(message)))
    }
  }

  #after(ms: number, run: () => void): void {
    this.#pending += 1
    this.#outside.world.after(ms, () => {
      this.#pending -= 1
      run()
    })
  }
}
