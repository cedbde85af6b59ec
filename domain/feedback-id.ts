/** In bytes of UTF-8. It is returned in the reply and stored in the log. */
const maxBytes = 1024

export const feedbackIdDescription = `a string of at most ${maxBytes} bytes`

export const isFeedbackId = (value: unknown): value is string =>
  // A lone surrogate cannot be written into a reply.
  typeof value === 'string' && value.isWellFormed() && Buffer.byteLength(value) <= maxBytes
