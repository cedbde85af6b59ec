import * as t from 'io-ts'
import type { JsonObject } from '../domain/json.ts'

/** What the walk cannot read off a codec: those that have a name of their own, and those that are a function. */
export interface KnownCodecs {
  /** Become `$defs`, referred to by name. */
  readonly named: ReadonlyMap<t.Any, string>
  /** Custom types and brands. */
  readonly leaves: ReadonlyMap<t.Any, JsonObject>
}

interface ObjectParts {
  readonly required: ReadonlyArray<t.Props>
  readonly optional: ReadonlyArray<t.Props>
}

/** Merges the objects of an intersection, so that it reads as one; undefined when one of them is something else. */
const objectParts = (codec: t.Any): ObjectParts | undefined => {
  if (codec instanceof t.InterfaceType) return { required: [codec.props], optional: [] }
  if (codec instanceof t.PartialType) return { required: [], optional: [codec.props] }
  if (!(codec instanceof t.IntersectionType)) return undefined
  const parts = (codec.types as ReadonlyArray<t.Any>).map(objectParts)
  if (!parts.every((part) => part !== undefined)) return undefined
  return {
    required: parts.flatMap(({ required }) => required),
    optional: parts.flatMap(({ optional }) => optional),
  }
}

/**
 * The JSON Schema (draft 2020-12) of what a codec accepts; the named codecs that it meets go into `defs`. Throws on a
 * kind of codec that it does not know.
 */
export const jsonSchemaOf = (known: KnownCodecs, defs: Map<string, JsonObject>) => {
  const named = (codec: t.Any): JsonObject => {
    const name = known.named.get(codec)
    if (name === undefined) return described(codec)
    if (!defs.has(name)) defs.set(name, described(codec))
    return { $ref: `#/$defs/${name}` }
  }

  const properties = (props: ReadonlyArray<t.Props>): JsonObject =>
    Object.fromEntries(
      props.flatMap((each) => Object.entries(each)).map(([name, codec]) => [name, named(codec)]),
    )

  const object = ({ required, optional }: ObjectParts): JsonObject => {
    const names = required.flatMap((props) => Object.keys(props))
    return {
      type: 'object',
      properties: properties([...required, ...optional]),
      ...(names.length === 0 ? {} : { required: names }),
    }
  }

  const described = (codec: t.Any): JsonObject => {
    const leaf = known.leaves.get(codec)
    if (leaf !== undefined) return leaf
    const parts = objectParts(codec)
    if (parts !== undefined) return object(parts)
    if (codec instanceof t.StringType) return { type: 'string' }
    if (codec instanceof t.NumberType) return { type: 'number' }
    if (codec instanceof t.BooleanType) return { type: 'boolean' }
    if (codec instanceof t.LiteralType) return { const: codec.value }
    if (codec instanceof t.KeyofType) return { enum: Object.keys(codec.keys) }
    if (codec instanceof t.ArrayType) return { type: 'array', items: named(codec.type) }
    if (codec instanceof t.DictionaryType)
      return { type: 'object', additionalProperties: named(codec.codomain) }
    if (codec instanceof t.UnionType) return { anyOf: (codec.types as ReadonlyArray<t.Any>).map(named) }
    if (codec instanceof t.IntersectionType)
      return { allOf: (codec.types as ReadonlyArray<t.Any>).map(named) }
    throw new Error(`no JSON Schema is known for the codec ${codec.name}`)
  }

  return named
}
