import { Buffer, isUtf8 } from 'node:buffer'
import * as E from 'fp-ts/lib/Either.js'
import type { Reason } from '../domain/events/current.ts'
import { isJsonObject, type Json, type JsonObject } from '../domain/json.ts'
import { refuse } from '../domain/refuse.ts'
import { withoutRounded } from './json-numbers.ts'

const byteOrderMark = '\ufeff'

/** Undefined when they are not UTF-8. */
export const textOf = (bytes: Uint8Array): string | undefined =>
  isUtf8(bytes) ? Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8') : undefined

/**
 * What JSON text says; it may begin with a byte order mark. Undefined when it is not JSON. A decimal that no double tells
 * from an integer or from 0 is infinite, as one that is too large: so it can be taken for no number that it is not.
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

/** The JSON object that the text of a message is; what is in it is not looked at. */
export const objectIn = (text: string): E.Either<Reason, JsonObject> => {
  const content = jsonIn(text)
  if (content === undefined) return refuse({ tag: 'NotJson' })
  return isJsonObject(content) ? E.right(content) : refuse({ tag: 'NotAnObject' })
}
