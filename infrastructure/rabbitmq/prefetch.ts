import { keptOfOversize } from '../../application/ports/import-source.ts'

/** Bytes of bodies that are in memory and not acknowledged: those of 800 messages of the greatest size that is the default. */
const maxBytes = 100 * 1024 * 1024

/**
 * How many messages the broker may send ahead of their acknowledgement: `wanted`, or fewer where so many could be too much to
 * hold. AMQP counts messages, not bytes, and those that come next may all be as large as they may: that they were small so
 * far says nothing.
 */
export const prefetchOf = (wanted: number, maxMessageBytes: number): number =>
  Math.max(1, Math.min(wanted, Math.floor(maxBytes / Math.max(maxMessageBytes, keptOfOversize))))
