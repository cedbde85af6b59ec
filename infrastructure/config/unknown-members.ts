import * as t from 'io-ts'
import { closestMatch } from 'leven'
import { isJsonObject } from '../../domain/json.ts'
import { printableName } from '../../domain/reason.ts'

type Members = Readonly<Record<string, t.Mixed>>

/** Those that a codec of objects knows. */
const membersOf = (codec: t.Mixed): Members => {
  if (codec instanceof t.IntersectionType) return Object.assign({}, ...codec.types.map(membersOf))
  return codec instanceof t.InterfaceType || codec instanceof t.PartialType ? codec.props : {}
}

/** One line for each member of a file that the codec does not know, at any depth, with the most similar name that it knows. */
export const unknownMembers = (codec: t.Mixed, content: unknown, path = ''): ReadonlyArray<string> => {
  if (codec instanceof t.ArrayType)
    return Array.isArray(content)
      ? content.flatMap((element, i) => unknownMembers(codec.type, element, `${path}[${i}]`))
      : []
  if (!isJsonObject(content)) return []
  const within = path === '' ? '' : `${path}.`
  const members = Object.entries(content)
  if (codec instanceof t.DictionaryType)
    return members.flatMap(([name, value]) =>
      unknownMembers(codec.codomain, value, within + printableName(name)),
    )
  const known = membersOf(codec)
  const names = Object.keys(known)
  if (names.length === 0) return []
  return members.flatMap(([name, value]) => {
    const member = Object.hasOwn(known, name) ? known[name] : undefined
    const place = within + printableName(name)
    return member === undefined
      ? [`${place}: is not a known member; did you mean ${closestMatch(name, names)}?`]
      : unknownMembers(member, value, place)
  })
}
