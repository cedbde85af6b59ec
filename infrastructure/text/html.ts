import { escapeUnseen } from '../../domain/escape-unseen.ts'
import { safeJson } from './safe-json.ts'

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** Text for the content of an element or for an attribute in quotation marks. Invisible characters are shown. */
export const htmlText = (text: string): string =>
  escapeUnseen(text).replace(/[&<>"']/g, (character) => entities[character] ?? '')

/** JSON for a script element: nothing in it can end the element or begin a comment. */
export const scriptJson = (value: unknown): string =>
  safeJson(value).replace(/[<>&]/g, (character) => `\\u00${character.charCodeAt(0).toString(16)}`)
