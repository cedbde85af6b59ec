import type { LogEpoch } from '../../application/ports/log-identity.ts'
import type { Position } from '../../application/ports/position.ts'

interface GenerationState {
  readonly version: string
  readonly checkpoint: Position
  readonly log?: LogEpoch
}

/**
 * Everything about a projection's generations except their documents. It is one document, so that what has to change
 * together changes in one write, which also checks its preconditions.
 */
export interface PointerDocument {
  /** The projection. */
  readonly _id: string
  /** The highest number ever given to a generation. */
  readonly last: number
  readonly live: number
  readonly generations: Readonly<Record<string, GenerationState>>
  /** By generation and stream: the last revision applied. */
  readonly revisions?: Readonly<Record<string, Readonly<Record<string, number>>>>
}
