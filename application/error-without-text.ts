/** An error as the log may have it. */
export interface LoggedError {
  readonly type: string
  /** Only when it is one of Node's own, such as ERR_INVALID_URL. */
  readonly code?: string
  /** The frames. */
  readonly stack: string
}

/**
 * What failed and where, but not the error's text: the engine and many libraries put the value that they choke on into it,
 * and the values of a message are personal data.
 */
export const errorWithoutText = (error: unknown): LoggedError => {
  if (!(error instanceof Error)) return { type: typeof error, stack: '' }
  const code: unknown = 'code' in error ? error.code : undefined
  return {
    type: error.constructor.name,
    ...(typeof code === 'string' && /^ERR_[A-Z_0-9]+$/.test(code) ? { code } : {}),
    stack: framesOf(error),
  }
}

/** The stack begins with the text, which may have line breaks of its own. None when the text was changed afterwards. */
const framesOf = ({ message, stack = '' }: Error): string => {
  const textAt = stack.indexOf(message)
  return textAt === -1 ? '' : stack.slice(textAt + message.length).trim()
}

const engineErrors = [EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError]

/** True for an error of the engine, which tells of a defect: those of stores, broker and network are of other classes. */
export const isEngineError = (error: unknown): boolean => engineErrors.some((kind) => error instanceof kind)
