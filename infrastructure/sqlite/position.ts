import { beginning, type Position } from '../../application/ports/position.ts'

/** 0 is the beginning: the first event is at 1. */
export const toPosition = (n: number): Position => (n === 0 ? beginning : (String(n) as Position))

export const fromPosition = (position: Position): number => (position === beginning ? 0 : Number(position))
