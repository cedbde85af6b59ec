import type { Position } from '../application/ports/position.ts'
import { type Audit, placeOf, type UnreadablePlace } from './audit.ts'

export interface Difference {
  readonly id: string
  /** `changed message`: the kept message of an import does not match its recorded SHA-256. */
  readonly problem: 'missing' | 'unexpected' | 'different' | 'changed message'
}

export interface Verification {
  readonly projection: string
  readonly generation: number
  /** Everything up to this position was compared; what comes after is lag, not a difference. */
  readonly checkpoint: Position
  readonly documents: number
  readonly differences: number
  /** The first of the differences. */
  readonly examples: ReadonlyArray<Difference>
  /** Unreadable events of the log. */
  readonly unreadable: number
  readonly unreadable_examples: ReadonlyArray<UnreadablePlace>
  /** Documents that still show the effect of such an event: not a difference, and removed by the next rebuild. */
  readonly outlasting: number
}

const maxExamples = 20

/** A document that differs from what the fold makes. */
export interface Suspect<Document> {
  readonly expected: Document | undefined
  readonly found: Document
}

/** The comparison of a share of the documents. */
export interface ComparedShare<Document> {
  /** How many documents the generation has. */
  readonly documents: number
  /** Ids of the documents that it lacks. */
  readonly missing: ReadonlyArray<string>
  /** The documents that differ from the fold, by id. */
  readonly suspects: Map<string, Suspect<Document>>
}

/** Collects the comparisons of the shares. */
export class Comparison {
  #documents = 0
  #differences = 0
  readonly #examples: Array<Difference> = []
  readonly #about: Pick<Verification, 'projection' | 'generation' | 'checkpoint'>
  readonly #audit: Audit

  constructor(projection: string, generation: number, checkpoint: Position, audit: Audit) {
    this.#about = { projection, generation, checkpoint }
    this.#audit = audit
  }

  add<Document>({ documents, missing, suspects }: ComparedShare<Document>): void {
    this.#documents += documents
    this.addMissing(missing)
    this.#differences += suspects.size
    for (const [id, { expected }] of suspects) {
      this.#examples.push({ id, problem: expected === undefined ? 'unexpected' : 'different' })
    }
    this.#examples.splice(maxExamples)
  }

  addMissing(ids: ReadonlyArray<string>): void {
    this.#differences += ids.length
    for (const id of ids.slice(0, maxExamples)) this.#examples.push({ id, problem: 'missing' })
  }

  result(outlasting = 0): Verification {
    const { unreadable, changedMessages } = this.#audit
    const changed = changedMessages.map((id): Difference => ({ id, problem: 'changed message' }))
    return {
      ...this.#about,
      documents: this.#documents,
      differences: this.#differences + changed.length,
      examples: [...this.#examples, ...changed].slice(0, maxExamples),
      unreadable: unreadable.length,
      unreadable_examples: unreadable.slice(0, maxExamples).map(placeOf),
      outlasting,
    }
  }
}
