import { isFeedbackId } from '../domain/feedback-id.ts'

/** JSON tokens: strings (the last may be cut off) and punctuation. */
const tokens = /"(?:\\.|[^"\\])*"?|[{}[\],:]/gs

/**
 * The `feedback_id` of a message of which only the beginning is left; '' if it is incomplete or invalid. Only members
 * of the top level count.
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

/** '' if it is not UTF-8; the last character may be cut off. */
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
