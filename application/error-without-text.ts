/** An error in a form that may be logged. */
export interface LoggedError {
  readonly type: string
  /** Only for Node's own codes, such as ERR_INVALID_URL. */
  readonly code?: string
  /** Stack frames. */
  readonly stack: string
}

/**
 * What failed and where, but not the error's text: the engine and many libraries include the offending value, and the
 * values of a message are personal data.
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

/**
 * The stack starts with the text, which may contain line breaks. Gives no frames if the text was changed afterwards.
 */
const framesOf = ({ message, stack = '' }: Error): string => {
  const textAt = stack.indexOf(message)
  return textAt === -1 ? '' : stack.slice(textAt + message.length).trim()
}

const engineErrors = [EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError]

/**
 * True for an error of the engine, which indicates a defect. Errors of stores, broker and network have other classes.
 */
export const isEngineError = (error: unknown): boolean => engineErrors.some((kind) => error instanceof kind)
