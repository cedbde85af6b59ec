// Controls that JSON does not escape, and characters that are invisible or change the direction of the text around
// them. Some readers take U+0085, U+2028 and U+2029 for the end of a line, and terminals obey U+009B. A line feed ends
// our own lines.
const unseen = /(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu

const escaped = (character: string): string =>
  Array.from({ length: character.length }, (_, i) => character.charCodeAt(i))
    .map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`)
    .join('')

/**
 * Text that is safe to show on a terminal and to read line by line. Escaped JSON has the same value. If nothing needs
 * escaping, the replacement costs no more than a test would.
 */
export const escapeUnseen = (text: string): string => text.replace(unseen, escaped)
