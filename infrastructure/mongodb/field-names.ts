/**
 * Characters that have a meaning for servers, drivers or the format itself: `.`, `$`, NUL; lone surrogates; and `%`,
 * the escape.
 */
const special = /[%.$\p{Cc}\p{Cs}]/gu
const escaped = /%(?:u([0-9A-F]{4})|([0-9A-F]{2}))/g

/** The driver mistakes an object with a member `_bsontype` for one of its own types. */
const reserved: ReadonlySet<string> = new Set(['__proto__', '_bsontype'])

const escapeOf = (character: string): string => {
  const code = character.charCodeAt(0)
  const hex = code.toString(16).toUpperCase()
  return code < 0x100 ? `%${hex.padStart(2, '0')}` : `%u${hex}`
}

/** A name in its stored form. Most are unchanged, and different names stay different. */
export const encodeName = (name: string): string => {
  if (name === '') return '%'
  if (reserved.has(name)) return `%5F${name.slice(1)}`
  return name.replace(special, escapeOf)
}

export const decodeName = (stored: string): string => {
  if (!stored.includes('%')) return stored
  if (stored === '%') return ''
  return stored.replace(escaped, (_, long: string | undefined, short: string | undefined) =>
    String.fromCharCode(Number.parseInt(long ?? short ?? '', 16)),
  )
}
