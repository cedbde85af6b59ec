import { Long } from 'mongodb'
import { isJsonObject, type Json, type JsonObject } from '../../domain/json.ts'
import { decodeName, encodeName } from './field-names.ts'

export type StoredNumber = number | Long

/** JSON as stored in a document. */
export type StoredJson = null | boolean | StoredNumber | string | ReadonlyArray<StoredJson> | StoredObject
export interface StoredObject {
  readonly [name: string]: StoredJson
}

/**
 * The only member of an object that stands for a value which BSON cannot hold: its JSON text. No escaped name equals
 * it.
 */
const asText = '%json'

/** Servers refuse documents of more than about 180 levels. */
const maxDepth = 100

const int32 = { min: -(2 ** 31), max: 2 ** 31 - 1 }

/**
 * Integers stay integers for other readers of the collection: the driver would store those beyond 32 bits as doubles.
 */
export const encodeNumber = (number: number): StoredNumber =>
  Number.isSafeInteger(number) && (number > int32.max || number < int32.min)
    ? Long.fromNumber(number)
    : number

export const encodeText = (text: string): StoredJson =>
  // BSON text is UTF-8, in which all lone surrogates would become the same character.
  text.isWellFormed() ? text : { [asText]: JSON.stringify(text) }

export const encodeJson = (value: Json, depth = 0): StoredJson => {
  if (typeof value === 'string') return encodeText(value)
  if (typeof value === 'number') return encodeNumber(value)
  if (typeof value === 'boolean' || value === null) return value
  // Empty values add no level, and as text they would take nine times their JSON.
  if (depth === maxDepth && Object.keys(value).length > 0) return { [asText]: JSON.stringify(value) }
  return isJsonObject(value)
    ? encodeObject(value, depth)
    : value.map((element) => encodeJson(element, depth + 1))
}

export const encodeObject = (object: JsonObject, depth = 0): StoredObject => {
  const stored: Record<string, StoredJson> = {}
  for (const name of Object.keys(object)) {
    const value = object[name]
    if (value !== undefined) stored[encodeName(name)] = encodeJson(value, depth + 1)
  }
  return stored
}

export const decodeJson = (stored: StoredJson): Json => {
  if (typeof stored !== 'object' || stored === null) return stored
  if (stored instanceof Long) return stored.toNumber()
  if (isStoredArray(stored)) return stored.map(decodeJson)
  const text = stored[asText]
  return typeof text === 'string' ? JSON.parse(text) : decodeObject(stored)
}

/** The value of a stored `Value`. */
export const decodeAs = <Value>(stored: StoredJson): Value => decodeJson(stored) as Value

const decodeObject = (stored: StoredObject): JsonObject => {
  const object: Record<string, Json> = {}
  for (const [storedName, value] of Object.entries(stored)) {
    const name = decodeName(storedName)
    if (name === '__proto__') {
      // Assigning it would set the prototype.
      Object.defineProperty(object, name, {
        value: decodeJson(value),
        enumerable: true,
        configurable: true,
        writable: true,
      })
    } else object[name] = decodeJson(value)
  }
  return object
}

const isStoredArray = (stored: StoredJson): stored is ReadonlyArray<StoredJson> => Array.isArray(stored)
