import type { LogEpoch } from '../../application/ports/log-identity.ts'
import { comparePositions, type Position } from '../../application/ports/position.ts'
import type { ApplyResult } from '../../application/ports/projection-store.ts'

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

export const stateOf = (known: PointerDocument | undefined, generation: number) =>
  known?.generations[generation]

export const isCurrent = (known: PointerDocument | undefined, generation: number): boolean =>
  known !== undefined && generation >= known.live && stateOf(known, generation) !== undefined

export const standingOf = (
  known: PointerDocument | undefined,
  generation: number,
  from: Position,
): 'ready' | Exclude<ApplyResult, 'applied'> => {
  if (!isCurrent(known, generation)) return 'gone'
  return stateOf(known, generation)?.checkpoint === from ? 'ready' : 'stale'
}

export const mayBecomeLive = (known: PointerDocument, generation: number): boolean => {
  const [next, live] = [stateOf(known, generation), stateOf(known, known.live)]
  if (next === undefined || live === undefined || generation < known.live) return false
  return comparePositions(next.checkpoint, live.checkpoint) >= 0
}
