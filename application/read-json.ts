import { Buffer, isUtf8 } from 'node:buffer'
import * as E from 'fp-ts/lib/Either.js'
import { isJsonObject, type Json, type JsonObject } from '../domain/json.ts'
import { type Checked, refuse } from '../domain/refuse.ts'
import { withoutRounded } from './json-numbers.ts'

const byteOrderMark = '\ufeff'

/** Undefined if they are not UTF-8. */
export const textOf = (bytes: Uint8Array): string | undefined =>
  isUtf8(bytes) ? Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8') : undefined

/**
 * The value of JSON text, which may start with a byte order mark. Undefined if it is not JSON. A decimal that a double
 * cannot distinguish from an integer or from 0 becomes infinite, like one that is too large, so that it cannot be
 * mistaken for another number.
 */
export const jsonIn = (text: string): Json | undefined => {
  const json = text.startsWith(byteOrderMark) ? text.slice(1) : text
  try {
    const value: Json = JSON.parse(json)
    const exact = withoutRounded(json)
    return exact === undefined ? value : JSON.parse(exact)
  } catch {
    return undefined
  }
}

/** The JSON object that the text of a message denotes; its content is not checked. */
export const objectIn = (text: string): Checked<JsonObject> => {
  const content = jsonIn(text)
  if (content === undefined) return refuse({ tag: 'NotJson' })
  return isJsonObject(content) ? E.right(content) : refuse({ tag: 'NotAnObject' })
}
