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

/** One line for each mistake in a decoded file: its path and what is expected there, never the actual value. */
export const describeMistakes = (errors: t.Errors): ReadonlyArray<string> => [
  ...new Set(
    errors.map(
      ({ context }) => `${pathOf(context) || 'the file'}: must be ${context.at(-1)?.type.name ?? ''}`,
    ),
  ),
]
