// How people write these characters: no-break, typographic and ideographic spaces; hyphens, dashes, minus, and the long
// vowel mark, which Japanese keyboards produce for a hyphen; full-width forms.
const spellings: Readonly<Record<string, string>> = {
  ' ': '\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u3000',
  '-': '\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u30fc\uff0d\uff70',
  '+': '\uff0b',
  '.': '\uff0e',
  '/': '\uff0f',
  '(': '[\uff08\uff3b',
  ')': ']\uff09\uff3d',
}

// Full-width, Arabic-Indic and extended Arabic-Indic.
const zeros = [0xff10, 0x0660, 0x06f0]

const ascii: ReadonlyMap<string, string> = new Map([
  ...Object.entries(spellings).flatMap(([character, others]) =>
    Array.from(others, (other) => [other, character] as const),
  ),
  ...zeros.flatMap((zero) =>
    Array.from({ length: 10 }, (_, digit) => [String.fromCodePoint(zero + digit), `${digit}`] as const),
  ),
])

const scheme = /^tel:/i

// No invisible characters, letters or commas: whatever follows those is an extension or belongs to another number.
const notation = /^[( ]*\+?[( ]*\d[\d ().\-/]*$/

// A number from a spreadsheet: a dot after seven consecutive digits, followed by one digit, or by two if it is the only
// dot.
const decimal = /\d{7} *\.\D*\d|\.\D*\d\D*$|^[^.]*\.[^.\d]*\d\d[^.\d]*$/

// Two numbers in one, as in 1234567/68: the only slash, after seven digits, followed by one or two.
const alternative = /^(?:[^/\d]*\d){7}[^/]*\/[^/\d]*\d[^/\d]*\d?[^/\d]*$/

/**
 * The digits of a phone number, after a plus if it is international. Undefined if people do not write phone numbers
 * like this.
 */
export const dialledDigits = (text: string): string | undefined => {
  const written = text.replace(scheme, '').replace(/[^ -~]|[[\]]/g, (other) => ascii.get(other) ?? other)
  if (!notation.test(written) || decimal.test(written) || alternative.test(written)) return undefined
  const digits = written.replace(/\D/g, '')
  if (written.includes('+')) return `+${digits}`
  return digits.startsWith('00') ? `+${digits.slice(2)}` : digits
}
