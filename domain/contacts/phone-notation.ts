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

/** Texts that are not evidently one number. The tests list what people write for one number: none of it may match. */
const others: ReadonlyArray<RegExp> = [
  // A number from a spreadsheet: a dot after seven consecutive digits, followed by one digit; by two if it is the only dot;
  // or by zeros only after nine digits.
  /\d{7} *\.\D*\d|\.\D*\d\D*$|^[^.]*\.[^.\d]*\d\d[^.\d]*$|^(?:[^.\d]*\d){9}[^.]*\.[^.1-9]*0[^.1-9]*$/,
  // Several extensions, 1234567/68: one to three digits after a slash, which follows seven digits, or six since another slash.
  /(?:^(?:[^/\d]*\d){7,}|\/(?:[^/\d]*\d){6,})[^/\d]*\/(?:[^/\d]*\d){1,3}[^/\d]*(?:\/|$)/,
  // A remark, 1234567 (2): brackets at the end with at most four digits.
  /\d\D*\(\D*(?:\d\D*){1,4}$/,
  // +49301234567 8: eleven consecutive digits, then one or two.
  /\d{11} +\d\d?\D*$/,
]

// A trunk prefix in brackets, and its proper place: at the beginning, or after the country code.
const trunkPrefix = /\( *0 *\)/
const trunkInPlace = /^[( ]*(?:(?:\+|00)[( ]*\d{1,3}[ ).\-/]*)?\( *0 *\)/

/**
 * The digits of a phone number, after a plus if it is international. Undefined if people do not write phone numbers
 * like this.
 */
export const dialledDigits = (text: string): string | undefined => {
  const written = text.replace(scheme, '').replace(/[^ -~]|[[\]]/g, (other) => ascii.get(other) ?? other)
  if (!notation.test(written) || others.some((other) => other.test(written))) return undefined
  if (trunkPrefix.test(written.replace(trunkInPlace, ''))) return undefined
  const digits = written.replace(/\D/g, '')
  if (written.includes('+')) return `+${digits}`
  return digits.startsWith('00') ? `+${digits.slice(2)}` : digits
}
