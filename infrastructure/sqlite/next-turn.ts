import { setImmediate } from 'node:timers/promises'

/**
 * SQLite answers at once, so a loop over batches would never wait, and timers and sockets would starve: awaited between
 * batches, it lets them in.
 */
export const nextTurn = (): Promise<void> => setImmediate()
