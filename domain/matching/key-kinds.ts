/** What a key begins with, before what is looked for. */
const pattern = /^(?:(?:custom|tag|sub-field):[^:]*|[^:@]*)/

/**
 * The kinds of identity keys, without repeats: `email`, or `custom:` with the name of the field. Of a key that is hashed
 * because it is long, `sha256`.
 */
export const keyKinds = (keys: ReadonlyArray<string>): Array<string> => [
  ...new Set(keys.map((key) => pattern.exec(key)?.[0] ?? '')),
]
