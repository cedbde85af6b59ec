import tzdata from 'tzdata/tzdata.js'
import { isAscii } from '../ascii.ts'

// Not from Intl: what it knows depends on Node, and it knows names such as IST, which are not IANA's and are ambiguous.
const names: ReadonlySet<string> = new Set(Object.keys(tzdata.zones).map((name) => name.toLowerCase()))

const longest = Math.max(...[...names].map((name) => name.length))

/** A name of the IANA time zone database, links such as `US/Pacific` included, in any case. */
export const isTimeZone = (text: string): boolean =>
  text.length <= longest && isAscii(text) && names.has(text.toLowerCase())
