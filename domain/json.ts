export type Json = null | boolean | number | string | JsonArray | JsonObject
export type JsonArray = ReadonlyArray<Json>
export interface JsonObject {
  readonly [name: string]: Json
}

export const isJsonObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Undefined if it has no such member of its own. */
export const ownMember = (object: JsonObject, name: string): Json | undefined =>
  Object.hasOwn(object, name) ? object[name] : undefined

/** For optional members outside `data`: serialisers write null for missing values. */
export const isLeftOut = (value: Json | undefined): value is null | undefined =>
  value === undefined || value === null
