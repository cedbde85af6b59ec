// biome-ignore lint/suspicious/noControlCharactersInRegex: all of ASCII
const ascii = /^[\x00-\x7f]*$/

export const isAscii = (text: string): boolean => ascii.test(text)
