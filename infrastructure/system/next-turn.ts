import { setImmediate } from 'node:timers/promises'

/**
 * SQLite answers at once, and so do messages that were sent ahead: a loop over batches would never wait, and timers and
 * sockets would starve. Awaited between batches, it lets them in.
 */
export const nextTurn = (): Promise<void> => setImmediate()
