import type { Json, JsonObject } from './json.ts'
import { isScalar, maxKeyLength, type Scalar } from './matching/keys.ts'

/** The extra bytes of each ASCII character: its JSON escapes. */
const escapes = Uint8Array.from(
  { length: 128 },
  (_, unit) => JSON.stringify(String.fromCharCode(unit)).length - 3,
)

/** The bytes of a text as JSON, with quotes. A surrogate pair takes four bytes, two for each half. */
export const textBytes = (text: string): number => {
  let bytes = text.length + 2
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    if (unit < 0x80) bytes += escapes[unit] ?? 0
    else bytes += unit < 0x800 || (unit >= 0xd800 && unit <= 0xdfff) ? 1 : 2
  }
  return bytes
}

const scalarBytes = (value: Scalar): number =>
  typeof value === 'string' ? textBytes(value) : String(value).length

/**
 * What an object or list within a value counts besides its text. In memory, an empty one takes some twenty times its
 * text; counted like this, three times.
 */
const nestedBytes = 16

export const jsonBytes = (value: Json, atMost: number): number => {
  if (isScalar(value)) return scalarBytes(value)
  if (value === null) return 4
  let bytes = 2 + nestedBytes
  if (Array.isArray(value)) {
    for (const element of value) {
      bytes += 1 + jsonBytes(element, atMost - bytes)
      if (bytes > atMost) break
    }
  } else {
    const object = value as JsonObject
    for (const name of Object.keys(object)) {
      bytes += 2 + textBytes(name)
      bytes += jsonBytes(object[name] ?? null, atMost - bytes)
      if (bytes > atMost) break
    }
  }
  return bytes
}

/** The bytes of an element of a list. `named`: the bytes of the member's name with quotes, colon and comma. */
export const elementBytes = (named: number, element: Json, atMost: number): number => {
  const own = jsonBytes(element, atMost)
  return 1 + own + (typeof element === 'string' ? Math.min(named + own, maxKeyLength) : 0)
}

/**
 * The size of a field, or of a member of a subscription: the UTF-8 bytes of its JSON, with a comma after every member
 * and element, and 16 more for each object, and for each list within another value. What a profile can be found by (a
 * scalar, or a text in a list) counts once more with its name, up to 200 bytes, because the read models keep a key for
 * it. This includes what the current definitions do not match by, because later ones may. Measuring stops at `atMost`:
 * the result is then any number above that.
 */
export const memberBytes = (name: string, value: Json, atMost: number): number => {
  const named = textBytes(name) + 2
  if (isScalar(value)) {
    const own = scalarBytes(value)
    return named + own + Math.min(named + own, maxKeyLength)
  }
  if (!Array.isArray(value)) return named + jsonBytes(value, atMost - named)
  let bytes = named + 2
  for (const element of value) {
    bytes += elementBytes(named, element, atMost - bytes)
    if (bytes > atMost) break
  }
  return bytes
}
