import { toASCII, toUnicode } from 'tr46'
import { isAscii } from '../ascii.ts'

/**
 * The version of tr46 that converts domains. Another version has the tables of another Unicode and may give some
 * domains other keys. So may each version of Node, which is why its own conversion is not used.
 */
export const tr46Version = '6.0.0'

const strictly = { checkBidi: true, checkJoiners: true, verifyDNSLength: true }

/** Letter by letter: otherwise a sigma at the end of a word would become a final one, which is another domain. */
export const lowerCaseDomain = (domain: string): string =>
  Array.from(domain, (character) => character.toLowerCase()).join('')

const asciiOf = (text: string): string => Array.from(text).filter(isAscii).join('')

/** Full-width letters, ligatures and the long s are ASCII in disguise: UTS 46 maps them to ASCII. */
const isDisguised = (label: string): boolean =>
  !isAscii(label) && asciiOf(toUnicode(label).domain) !== asciiOf(label)

const converted = (domain: string): string | undefined =>
  domain.split('.').some(isDisguised) ? undefined : (toASCII(domain, strictly) ?? undefined)

// Most addresses share few domains, and a conversion takes ten times as long as everything else done to an address.
const known = new Map<string, string | undefined>()
const mostKnown = 1000

/** The A-labels of a domain in lower case and NFC. Undefined if it has none or looks like another domain. */
export const aLabelsOf = (domain: string): string | undefined => {
  if (isAscii(domain)) return domain
  if (known.has(domain)) return known.get(domain)
  if (known.size >= mostKnown) known.clear()
  const labels = converted(domain)
  known.set(domain, labels)
  return labels
}
