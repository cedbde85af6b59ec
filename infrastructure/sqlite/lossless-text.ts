/**
 * Text for SQLite, which stores UTF-8: all lone surrogates would become the same replacement character, and different
 * texts equal. With this, different texts stay different.
 */
export const losslessText = (text: string): string =>
  text.isWellFormed() && !text.startsWith('"') ? text : JSON.stringify(text)
