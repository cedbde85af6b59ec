import * as E from 'fp-ts/lib/Either.js'
import { isJsonObject, type JsonArray, type JsonObject, ownMember } from '../domain/json.ts'
import { isTooDeep } from '../domain/nesting.ts'
import { type ExactJson, exactJson, exactName, textOfExact } from './exact-json.ts'
import { textOf } from './read-json.ts'

/** A change to a kept message before it is resubmitted. */
export type Fix =
  /** `json` is the value as text, so that a number stays as it was written. */
  | { readonly action: 'set'; readonly path: Path; readonly json: string }
  | { readonly action: 'unset'; readonly path: Path }

/** Names of members, and the places of elements in lists, from 0. */
export type Path = ReadonlyArray<string>

export interface FixedMessage {
  readonly body: Uint8Array
  /** Those that changed something. */
  readonly fixes: ReadonlyArray<Fix>
}

/**
 * - `not_json`: only a JSON object can be fixed
 * - `unfit`: a path leads through something that is not an object, or to an element that a list lacks
 */
export type NotFixed = 'not_json' | 'unfit'

/** The message with each fix applied to the result of the one before. */
export const fixMessage = (body: Uint8Array, fixes: ReadonlyArray<Fix>): E.Either<NotFixed, FixedMessage> => {
  const message = messageIn(body)
  if (message === undefined) return E.left('not_json')
  let [fixed, text] = [message, textOfExact(message)]
  const effective: Array<Fix> = []
  for (const fix of fixes) {
    const next = withFix(fixed, fix, fix.path)
    if (next === undefined) return E.left('unfit')
    const nextText = textOfExact(next)
    if (nextText !== text) effective.push(fix)
    ;[fixed, text] = [next, nextText]
  }
  return E.right({ body: effective.length === 0 ? body : Buffer.from(text), fixes: effective })
}

const messageIn = (body: Uint8Array): ExactJson | undefined => {
  const text = textOf(body)
  if (text === undefined) return undefined
  try {
    const message = exactJson(text.startsWith('\ufeff') ? text.slice(1) : text)
    return isJsonObject(message) && !isTooDeep(message) ? message : undefined
  } catch {
    return undefined
  }
}

/** Undefined if the path does not fit. */
const withFix = (held: ExactJson, fix: Fix, [name, ...rest]: Path): ExactJson | undefined => {
  if (name === undefined) return fix.action === 'set' ? exactJson(fix.json) : undefined
  if (isJsonObject(held)) return inObject(held, fix, exactName(name), rest)
  return Array.isArray(held) && isPlace(name) ? inList(held, fix, Number(name), rest) : undefined
}

/** Of an element of a list. */
const isPlace = (name: string | undefined): boolean => name !== undefined && /^(?:0|[1-9]\d*)$/.test(name)

const inObject = (held: JsonObject, fix: Fix, name: string, rest: Path): ExactJson | undefined => {
  if (fix.action === 'set') {
    const found = ownMember(held, name)
    // It would have to be a list.
    if (found === undefined && isPlace(rest[0])) return undefined
    const member = withFix(found ?? {}, fix, rest)
    return member === undefined ? undefined : { ...held, [name]: member }
  }
  const { [name]: member, ...others } = held
  if (member === undefined) return held
  if (rest.length === 0) return others
  const without = withFix(member, fix, rest)
  return without === undefined ? undefined : { ...held, [name]: without }
}

const inList = (held: JsonArray, fix: Fix, index: number, rest: Path): ExactJson | undefined => {
  const element = held[index]
  if (element === undefined) return fix.action === 'set' ? undefined : held
  if (fix.action === 'unset' && rest.length === 0) return held.toSpliced(index, 1)
  const changed = withFix(element, fix, rest)
  return changed === undefined ? undefined : held.with(index, changed)
}
