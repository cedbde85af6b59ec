import { setImmediate } from 'node:timers/promises'

/**
 * SQLite answers synchronously, and so do prefetched messages: a loop over batches would never wait, and timers and
 * sockets would starve. Awaiting this between batches lets them run.
 */
export const nextTurn = (): Promise<void> => setImmediate()
