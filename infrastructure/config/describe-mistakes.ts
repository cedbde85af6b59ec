import * as t from 'io-ts'
import { printableName } from '../../domain/reason.ts'

/** Members of an intersection or a union are numbered in the context; they are no part of the path. */
const isStep = (parent: t.Decoder<unknown, unknown> | undefined): boolean =>
  !(parent instanceof t.IntersectionType || parent instanceof t.UnionType)

const pathOf = (context: t.Context): string =>
  context
    .filter((_, depth) => depth > 0 && isStep(context[depth - 1]?.type))
    .map(({ key }) => (/^\d+$/.test(key) ? `[${key}]` : `.${printableName(key)}`))
    .join('')
    .replace(/^\./, '')

/** One line for each place where a decoded file is wrong: its path and what belongs there, never what is there. */
export const describeMistakes = (errors: t.Errors): ReadonlyArray<string> => [
  ...new Set(
    errors.map(
      ({ context }) => `${pathOf(context) || 'the file'}: must be ${context.at(-1)?.type.name ?? ''}`,
    ),
  ),
]
