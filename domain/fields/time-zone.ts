import tzdata from 'tzdata/tzdata.js'
import { isAscii } from '../ascii.ts'

// Not from Intl: its names depend on Node and include ones such as IST, which is not an IANA name and is ambiguous.
const names: ReadonlySet<string> = new Set(
  Object.keys(tzdata.zones)
    .map((name) => name.toLowerCase())
    // The zone of a machine that has not been told where it is.
    .filter((name) => name !== 'factory'),
)

const longest = Math.max(...[...names].map((name) => name.length))

/** A name of the IANA time zone database in any case, including links such as `US/Pacific`. */
export const isTimeZone = (text: string): boolean =>
  text.length <= longest && isAscii(text) && names.has(text.toLowerCase())
