/** It comes back in the reply and stands in the log: in bytes of UTF-8. */
const maxBytes = 1024

export const feedbackIdDescription = `a string of at most ${maxBytes} bytes`

export const isFeedbackId = (value: unknown): value is string =>
  // A lone surrogate could not be written into a reply.
  typeof value === 'string' && value.isWellFormed() && Buffer.byteLength(value) <= maxBytes
