/** The normal form of a tag, by which it is found. A list without a declared type keeps its texts unchanged. */
export const normalTag = (text: string): string => text.trim()
