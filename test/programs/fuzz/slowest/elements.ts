const digits = (n: number, length: number) => String(n % 10 ** length).padStart(length, '0')
const wide = (n: number) => Array.from({ length: 30 }, (_, i) => `"m${30 - i}":${n}`).join()

/** How the nth of many values is written. */
export const elements = {
  nought: () => '0',
  integer: (n) => `${n}.0e0`,
  decimal: (n) => `${n}.00000001`,
  rounded: (n) => `${n}.00000000000000000000001`,
  digits: (n) => `${n + 1}${'1'.repeat(200)}e-200`,
  tag: (n) => `"${n.toString(36)}"`,
  text: (n) => `"${n} ${'x'.repeat(40)}"`,
  long: (n) => `"${n}${'x'.repeat(3000)}"`,
  escapes: (n) => `"${n}\\u00e9\\n\\"\\u2028"`,
  scripts: (n) => `" ${n}\u00e9\u6f22\ud83d\ude00 "`,
  commas: (n) => `"${n},${n + 1}, ${n + 2}"`,
  date: (n) => `"19${digits(n, 2)}-02-28T23:59:59.${digits(n, 9)}+13:00"`,
  plainPhone: (n) => `"+7900${digits(n, 7)}"`,
  spelledPhone: (n) => `"(\uff0b7)\u00a0900 ${digits(n, 3)}\u2011${digits(n * 7, 4)}"`,
  nationalPhone: (n) => `"0151/${digits(n, 8)}"`,
  badPhone: (n) => `"+7900 ${digits(n, 9)}.1"`,
  email: (n) => `"u${n}@example.com"`,
  idn: (n) => `"\u00fc${n}@b\u00fccher${n}.example"`,
  longIdn: (n) => `"a@${`\u0431${n}\u043f\u0440.`.repeat(20)}\u0440\u0444"`,
  rightToLeft: (n) => `"a@${'\u05d0\u05d1\u05d2.'.repeat(20)}\u05d0${n}\u05d1"`,
  empty: () => '{}',
  object: (n) => `{"a":${n}}`,
  nested: (n) => `{"a":{"b":{"c":{"n":${n}}}}}`,
  holder: () => '{"a":{}}',
  wide: (n) => `{${wide(n)}}`,
  deep: (n) => `${'{"a":'.repeat(26)}${n}${'}'.repeat(26)}`,
  list: (n) => `[${n},[],["${n}"]]`,
} satisfies Record<string, (n: number) => string>

export type ElementName = keyof typeof elements

export const elementNames = Object.keys(elements) as ReadonlyArray<ElementName>
