import { keptOfOversize } from '../../application/ports/import-source.ts'

/** The maximum bytes of unacknowledged bodies in memory: those of 800 messages of the default maximum size. */
const maxBytes = 100 * 1024 * 1024

/**
 * How many messages the broker may send ahead of their acknowledgement: `wanted`, or fewer if that many could take too
 * much memory. AMQP counts messages, not bytes, and the next ones may all be as large as allowed, however small they
 * were so far.
 */
export const prefetchOf = (wanted: number, maxMessageBytes: number): number =>
  Math.max(1, Math.min(wanted, Math.floor(maxBytes / Math.max(maxMessageBytes, keptOfOversize))))
