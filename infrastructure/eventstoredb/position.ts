import type { Position as LogPosition } from '@eventstore/db-client'
import { beginning, type Position } from '../../application/ports/position.ts'

export const toPosition = ({ commit, prepare }: LogPosition): Position => `${commit}/${prepare}` as Position

/** @throws Error if the position is of another kind of store */
export const fromPosition = (position: Position): LogPosition | 'start' => {
  if (position === beginning) return 'start'
  const [commit, prepare, ...rest] = position.split('/')
  if (commit === undefined || prepare === undefined || rest.length > 0) {
    throw new Error(`${position} is not a position of EventStoreDB`)
  }
  return { commit: BigInt(commit), prepare: BigInt(prepare) }
}
