import * as t from 'io-ts'
import { printableName } from '../../domain/reason.ts'

/** The context numbers the members of an intersection or union; they are not part of the path. */
const isStep = (parent: t.Decoder<unknown, unknown> | undefined): boolean =>
  !(parent instanceof t.IntersectionType || parent instanceof t.UnionType)

const pathOf = (context: t.Context): string =>
  context
    .filter((_, depth) => depth > 0 && isStep(context[depth - 1]?.type))
    .map(({ key }) => (/^\d+$/.test(key) ? `[${key}]` : `.${printableName(key)}`))
    .join('')
    .replace(/^\./, '')

const plainNames: Readonly<Record<string, string>> = {
  boolean: 'true or false',
  string: 'text',
  PositiveInt: 'a whole number from 1 to 2^53-1',
}

const objectTypes = [t.InterfaceType, t.PartialType, t.IntersectionType, t.DictionaryType]

const expectedBy = (type: t.Decoder<unknown, unknown> | undefined): string => {
  if (type instanceof t.KeyofType) return `one of ${Object.keys(type.keys).join(', ')}`
  if (type instanceof t.ArrayType) return 'a list'
  if (objectTypes.some((objectType) => type instanceof objectType)) return 'an object'
  const name = type?.name ?? ''
  return plainNames[name] ?? name
}

/** One line for each mistake in a decoded file: its path and what is expected there, never the actual value. */
export const describeMistakes = (errors: t.Errors): ReadonlyArray<string> => [
  ...new Set(
    errors.map(
      ({ context }) => `${pathOf(context) || 'the file'}: must be ${expectedBy(context.at(-1)?.type)}`,
    ),
  ),
]
