import { beginning, type Position } from '../../application/ports/position.ts'
import { storedCount } from './damaged-row.ts'

/** 0 is the beginning: the first event is at 1. @throws DamagedRow */
export const toPosition = (n: number): Position =>
  n === 0 ? beginning : (String(storedCount(n, 'a position')) as Position)

export const fromPosition = (position: Position): number => (position === beginning ? 0 : Number(position))
