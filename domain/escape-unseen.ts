// Controls that JSON leaves as they are, and what is not seen or turns the direction of the text around it. Some readers
// take U+0085, U+2028 and U+2029 for the end of a line; terminals obey U+009B. A line feed is where our own lines end.
const unseen = /(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu

const escaped = (character: string): string =>
  Array.from({ length: character.length }, (_, i) => character.charCodeAt(i))
    .map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`)
    .join('')

/**
 * A text that is safe to show on a terminal and to read line by line. JSON is the same value afterwards. Where nothing is
 * to be escaped, the replacement costs what a test would.
 */
export const escapeUnseen = (text: string): string => text.replace(unseen, escaped)
