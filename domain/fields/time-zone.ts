// In lower case, so that spellings of a name cannot make it grow: it ends at the number of zones there are.
const known = new Set<string>()

/** A name of the IANA time zone database, in any case. */
export const isTimeZone = (text: string): boolean => {
  // Node takes an offset such as +03:00 for a zone too.
  if (text.length > 64 || !/^[A-Za-z]/.test(text)) return false
  const name = text.toLowerCase()
  if (known.has(name)) return true
  try {
    new Intl.DateTimeFormat('en', { timeZone: name })
  } catch {
    return false
  }
  known.add(name)
  return true
}
