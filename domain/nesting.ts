/**
 * More than this program writes: a value in an event has at most twice the depth limit, which is at most 256, and the
 * event adds a few levels. And, even if doubled, less than code that walks a value recursively can handle, which is
 * some 6,000.
 */
export const maxLevels = 1000

/**
 * Whether objects and lists are nested more deeply than that. Runs for every event and takes a fifth of a microsecond.
 */
export const isTooDeep = (value: unknown, levels = maxLevels): boolean => {
  if (typeof value !== 'object' || value === null) return false
  if (levels === 0) return true
  if (Array.isArray(value)) {
    for (const element of value)
      if (typeof element === 'object' && isTooDeep(element, levels - 1)) return true
    return false
  }
  for (const name in value) {
    const member: unknown = value[name as keyof typeof value]
    if (typeof member === 'object' && isTooDeep(member, levels - 1)) return true
  }
  return false
}
