/**
 * The same JSON with every number outside strings replaced by `spell`. Linear in the length of the JSON. `open` replaces
 * the quotation mark that opens a string.
 */
export const withNumbers = (json: string, spell: (spelling: string) => string, open = '"'): string => {
  let inString = false
  // No repeated group, which would overflow the stack on a text of some megabytes.
  return json.replace(/\\.|"|-?\d[\d.eE+-]*/g, (token) => {
    if (token === '"') {
      inString = !inString
      return inString ? open : token
    }
    return inString || !/^[-\d]/.test(token) ? token : spell(token)
  })
}

/**
 * Quickly rules out rounded numbers for nearly all messages. A decimal without exponent becomes an integer only if it
 * has at least 15 digits before its point plus zeros or nines after it: that is at least 8 of the former or 7 of the
 * latter.
 */
const mayBeRounded = /[ \t\n\r:,[]-?(?:\d{8,}\.|\d+\.(?:0{7}|9{7})|\d+(?:\.\d+)?[eE])/

const zero = '0'.charCodeAt(0)

/** Whether the text denotes an integer, as `1.0` and `1e3` do. */
const isInteger = (spelling: string): boolean => {
  const [mantissa = '', exponent = '0'] = spelling.toLowerCase().split('e')
  const [whole = '', fraction = ''] = mantissa.split('.')
  const digits = whole + fraction
  let significant = digits.length
  while (significant > 0 && digits.charCodeAt(significant - 1) <= zero) significant -= 1
  return significant === 0 || significant <= whole.length + Number(exponent)
}

const isRounded = (spelling: string): boolean => Number.isInteger(Number(spelling)) && !isInteger(spelling)

const tooLarge = '1e999'

/**
 * Valid JSON in which every number whose double is an integer (including 0) although its text is not is replaced by one
 * that no double can hold. Undefined if there is none.
 */
export const withoutRounded = (json: string): string | undefined => {
  if (!mayBeRounded.test(json)) return undefined
  let isFound = false
  const without = withNumbers(json, (spelling) => {
    if (!isRounded(spelling)) return spelling
    isFound = true
    return tooLarge
  })
  return isFound ? without : undefined
}
