import type { Position } from '../application/ports/position.ts'
import { type Audit, placeOf, type UnreadablePlace } from './audit.ts'

export interface Difference {
  readonly id: string
  /** `changed message`: the kept message of an import is not the one whose SHA-256 was recorded. */
  readonly problem: 'missing' | 'unexpected' | 'different' | 'changed message'
}

export interface Verification {
  readonly projection: string
  readonly generation: number
  /** Everything up to here was compared; what comes after is lag, not difference. */
  readonly checkpoint: Position
  readonly documents: number
  readonly differences: number
  /** The first of the differences. */
  readonly examples: ReadonlyArray<Difference>
  /** Events of the log that cannot be read. */
  readonly unreadable: number
  readonly unreadable_examples: ReadonlyArray<UnreadablePlace>
  /** Documents that still show what such an event did: no difference, and gone with the next rebuild. */
  readonly outlasting: number
}

const maxExamples = 20

/** A document that is not as the fold has it. */
export interface Suspect<Document> {
  readonly expected: Document | undefined
  readonly found: Document
}

/** A share of the documents, compared. */
export interface ComparedShare<Document> {
  /** How many the generation has. */
  readonly documents: number
  /** Ids of those it should have besides. */
  readonly missing: ReadonlyArray<string>
  /** By id, those that are not as the fold has them. */
  readonly suspects: Map<string, Suspect<Document>>
}

/** Gathers the comparisons of the shares. */
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
