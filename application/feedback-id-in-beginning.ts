import { isFeedbackId } from '../domain/feedback-id.ts'

/** What tells where in JSON one is: strings, of which the last may be cut off, and what stands between values. */
const tokens = /"(?:\\.|[^"\\])*"?|[{}[\],:]/gs

/**
 * The `feedback_id` of a message of which only the beginning is left; '' where that does not hold it whole, or where it is
 * none. Names are taken for what they are at the top level only.
 */
export const feedbackIdInBeginning = (beginning: Uint8Array): string => {
  let depth = 0
  let before = ''
  let name: unknown
  for (const [token] of textOf(beginning).matchAll(tokens)) {
    if (token === '{' || token === '[') depth += 1
    else if (token === '}' || token === ']') depth -= 1
    else if (token.startsWith('"') && depth === 1) {
      const text = stringOf(token)
      if (text === undefined) return ''
      if (before !== ':') name = text
      else if (name === 'feedback_id') return isFeedbackId(text) ? text : ''
    }
    before = token
  }
  return ''
}

/** '' where it is no UTF-8; a character may be cut off at its end. */
const textOf = (beginning: Uint8Array): string => {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(beginning, { stream: true })
  } catch {
    return ''
  }
}

const stringOf = (token: string): string | undefined => {
  try {
    return JSON.parse(token)
  } catch {
    return undefined
  }
}
