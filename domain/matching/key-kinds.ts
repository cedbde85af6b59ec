/** The beginning of a key, before the value. */
const pattern = /^(?:(?:custom|tag|sub-field):[^:]*|[^:@]*)/

/**
 * The kinds of identity keys, without duplicates: `email`, or `custom:` with the name of the field. For a key that is
 * hashed because it is long, `sha256`.
 */
export const keyKinds = (keys: ReadonlyArray<string>): Array<string> => [
  ...new Set(keys.map((key) => pattern.exec(key)?.[0] ?? '')),
]
