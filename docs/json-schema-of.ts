import * as t from 'io-ts'
import type { JsonObject } from '../domain/json.ts'

/** Codecs whose schema cannot be derived: those with a name of their own, and those that are a function. */
export interface KnownCodecs {
  /** Become `$defs`, referenced by name. */
  readonly named: ReadonlyMap<t.Any, string>
  /** Custom types and brands. */
  readonly leaves: ReadonlyMap<t.Any, JsonObject>
}

interface ObjectParts {
  readonly required: ReadonlyArray<t.Props>
  readonly optional: ReadonlyArray<t.Props>
  /** Codecs that cannot be expressed as members, such as unions. */
  readonly others: ReadonlyArray<t.Any>
}

const isObject = (codec: t.Any): boolean =>
  codec instanceof t.InterfaceType || codec instanceof t.PartialType || codec instanceof t.IntersectionType

/** Merges the objects of an intersection into one. */
const objectParts = (codec: t.Any): ObjectParts => {
  if (codec instanceof t.InterfaceType) return { required: [codec.props], optional: [], others: [] }
  if (codec instanceof t.PartialType) return { required: [], optional: [codec.props], others: [] }
  if (!(codec instanceof t.IntersectionType)) return { required: [], optional: [], others: [codec] }
  const parts = (codec.types as ReadonlyArray<t.Any>).map(objectParts)
  return {
    required: parts.flatMap(({ required }) => required),
    optional: parts.flatMap(({ optional }) => optional),
    others: parts.flatMap(({ others }) => others),
  }
}

/**
 * The JSON Schema (draft 2020-12) of what a codec accepts. Adds the named codecs that it contains to `defs`. Throws on an
 * unknown kind of codec.
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

  const object = ({ required, optional, others }: ObjectParts): JsonObject => {
    const names = required.flatMap((props) => Object.keys(props))
    return {
      type: 'object',
      properties: properties([...required, ...optional]),
      ...(names.length === 0 ? {} : { required: names }),
      ...(others.length === 0 ? {} : { allOf: others.map(named) }),
    }
  }

  const described = (codec: t.Any): JsonObject => {
    const leaf = known.leaves.get(codec)
    if (leaf !== undefined) return leaf
    if (isObject(codec)) return object(objectParts(codec))
    if (codec instanceof t.StringType) return { type: 'string' }
    if (codec instanceof t.NumberType) return { type: 'number' }
    if (codec instanceof t.BooleanType) return { type: 'boolean' }
    if (codec instanceof t.LiteralType) return { const: codec.value }
    if (codec instanceof t.KeyofType) return { enum: Object.keys(codec.keys) }
    if (codec instanceof t.ArrayType) return { type: 'array', items: named(codec.type) }
    if (codec instanceof t.DictionaryType)
      return { type: 'object', additionalProperties: named(codec.codomain) }
    if (codec instanceof t.UnionType) return { anyOf: (codec.types as ReadonlyArray<t.Any>).map(named) }
    throw new Error(`no JSON Schema is known for the codec ${codec.name}`)
  }

  return named
}
