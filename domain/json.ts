export type Json = null | boolean | number | string | JsonArray | JsonObject
export type JsonArray = ReadonlyArray<Json>
export interface JsonObject {
  readonly [name: string]: Json
}

export const isJsonObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** For optional members outside `data`: serialisers write null for missing values. */
export const isLeftOut = (value: Json | undefined): value is null | undefined =>
  value === undefined || value === null
