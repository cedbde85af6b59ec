/**
 * Text as SQLite keeps it, in UTF-8: lone surrogates would all become the same replacement character there, and
 * different texts equal. Different texts stay different here.
 */
export const losslessText = (text: string): string =>
  text.isWellFormed() && !text.startsWith('"') ? text : JSON.stringify(text)
