import type { EventStore, RecordedEvent } from '../../../application/ports/event-store.ts'
import { beginning, type Position } from '../../../application/ports/position.ts'
import type { ProfileDirectory } from '../../../application/ports/profile-directory.ts'
import type { ImportEvent } from '../../../domain/events/current.ts'
import { outcomeOf } from '../../../domain/events/outcome-of.ts'
import { type Outcome, outcomeCode } from '../../../domain/outcome.ts'
import type { ImportRules } from '../../../domain/rules.ts'
import type { Checkpoints } from '../../../service/progress.ts'
import { Counters } from './counters.ts'
import { type Expectation, expectations, nameOfEvent } from './expectations.ts'
import { expectedReply } from './expected-reply.ts'
import { expectedCodes, torturedMessage } from './messages.ts'
import { OneAtATime } from './one-at-a-time.ts'
import type { Violations } from './violations.ts'

/** What was done, and the results. */
export interface Evidence {
  readonly seed: number
  /** Messages 0 to below `published` were published and confirmed, except the `uncertain` ones. */
  readonly published: number
  readonly uncertain: ReadonlySet<number>
  /** The contents of the replies, by the position of their event. */
  readonly replies: ReadonlyMap<string, ReadonlyArray<string>>
  /** When the broker was killed: milliseconds since 1970. A killed broker may have forgotten acknowledgements. */
  readonly brokerKills: ReadonlyArray<number>
}

export interface Judged {
  readonly outcomes: number
  readonly repetitions: number
  /** Messages without `message_id` that a killed broker delivered a second time. */
  readonly doubledByBroker: number
  /** Messages sent again whose delivery was interrupted: the broker's redelivery is acknowledged without a reply. */
  readonly resendsAbsorbed: number
  readonly profilesCounted: number
}

export interface JudgedStores {
  readonly eventStore: EventStore
  readonly profileDirectory: ProfileDirectory
  /** The checkpoints of everything that follows the log. */
  readonly checkpoints: Checkpoints
}

/** Checks the log, the replies and the read model against the promises, whatever the stores are. */
export const judge = async (
  evidence: Evidence,
  stores: JudgedStores,
  rules: ImportRules,
  violations: Violations,
): Promise<Judged> => {
  const trial = new Trial(evidence, rules, violations)
  let end: Position | undefined
  for await (const batch of stores.eventStore.read(beginning, new AbortController().signal)) {
    for (const recorded of batch) trial.hear(recorded)
    end = batch.at(-1)?.position
  }
  for (const [name, read] of stores.checkpoints) {
    const checkpoint = await read()
    if (checkpoint !== end)
      violations.add('a checkpoint that is not at the end', `${name}: ${checkpoint}, not ${end}`)
  }
  return trial.close(stores.profileDirectory)
}

class Trial {
  readonly #evidence: Evidence
  readonly #violations: Violations
  readonly #processor: OneAtATime
  readonly #expected: Map<string, Expectation>
  readonly #counters = new Counters()
  /** How many outcomes other than "used again" each `message_id` has. */
  readonly #accepted = new Map<string, number>()
  readonly #outcomeOfImport = new Map<string, Outcome>()
  readonly #heardOf = new Set<unknown>()
  readonly #positions = new Set<string>()
  #outcomes = 0
  #repetitions = 0
  #doubledByBroker = 0

  constructor(evidence: Evidence, rules: ImportRules, violations: Violations) {
    this.#evidence = evidence
    this.#violations = violations
    this.#processor = new OneAtATime(rules)
    this.#expected = expectations(evidence.seed, evidence.published)
  }

  hear(recorded: RecordedEvent): void {
    const { event, position } = recorded
    const place = `position ${position}`
    const problem = this.#processor.problemWith(recorded)
    if (problem !== undefined) this.#violations.add('not what one at a time gives', `${place}: ${problem}`)
    if (event.type === 'Unreadable') return
    this.#positions.add(position)
    this.#heardOf.add(event.personal.properties.correlation_id)
    this.#hearReplies(event, position)
    const expectation = this.#expected.get(nameOfEvent(event))
    if (expectation === undefined) this.#violations.add('an event of a message that nobody sent', place)
    else if (event.type === 'ImportRepeated') this.#hearRepetition(event, place)
    else this.#hearOutcome(event, expectation, place)
  }

  #hearReplies(event: ImportEvent, position: string): void {
    const replies = this.#evidence.replies.get(position) ?? []
    if (replies.length === 0) this.#violations.add('no reply', `position ${position}`)
    if (replies.some((said) => said !== expectedReply(event)))
      this.#violations.add('a reply that does not agree with its event', `position ${position}`)
  }

  #hearRepetition(event: ImportEvent & { type: 'ImportRepeated' }, place: string): void {
    this.#repetitions += 1
    const first = this.#outcomeOfImport.get(event.public.first_import_id)
    if (JSON.stringify(first) !== JSON.stringify(outcomeOf(event)))
      this.#violations.add('a repetition with another outcome than the first', place)
  }

  #hearOutcome(event: ImportEvent, expectation: Expectation, place: string): void {
    const { message } = expectation
    const outcome = outcomeOf(event)
    this.#outcomes += 1
    this.#outcomeOfImport.set(event.public.import_id, outcome)
    const taken = Date.parse(event.public.time)
    if (++expectation.outcomes > 1) this.#hearSecondOutcome(expectation, taken, place)
    expectation.lastTaken = taken
    const code = outcomeCode(outcome)
    if (code === 409) return
    if (message.messageId !== undefined)
      this.#accepted.set(message.messageId, 1 + (this.#accepted.get(message.messageId) ?? 0))
    if (code !== expectedCodes[message.kind])
      this.#violations.add('another code than expected', `${place}: ${message.kind}, ${code}`)
    if (code === 0 && message.counts !== undefined) this.#counters.add(message.counts)
  }

  #hearSecondOutcome({ message, lastTaken }: Expectation, taken: number, place: string): void {
    const killedBetween = this.#evidence.brokerKills.some((at) => lastTaken < at && at < taken)
    if (message.messageId === undefined && killedBetween) this.#doubledByBroker += 1
    else this.#violations.add('a second outcome', `${place}: message ${message.n}`)
  }

  async close(directory: ProfileDirectory): Promise<Judged> {
    const { published, seed, uncertain, replies } = this.#evidence
    for (const { message, outcomes } of this.#expected.values()) {
      if (outcomes === 0 && !uncertain.has(message.n))
        this.#violations.add('no outcome', `message ${message.n}`)
      if (message.messageId !== undefined && this.#accepted.get(message.messageId) !== 1)
        this.#violations.add('a message_id without exactly one outcome of its own', `message ${message.n}`)
    }
    let resendsAbsorbed = 0
    for (let n = 0; n < published; n++) {
      if (uncertain.has(n) || this.#heardOf.has(`n-${n}`)) continue
      // Every other message without an event has no outcome, and that was reported above.
      if (torturedMessage(seed, n).messageId !== `m-${n}`) resendsAbsorbed += 1
    }
    for (const position of replies.keys()) {
      if (!this.#positions.has(position)) this.#violations.add('a reply to no event', `position ${position}`)
    }
    const profilesCounted = await this.#counters.compare(directory, this.#violations)
    return {
      outcomes: this.#outcomes,
      repetitions: this.#repetitions,
      doubledByBroker: this.#doubledByBroker,
      resendsAbsorbed,
      profilesCounted,
    }
  }
}
