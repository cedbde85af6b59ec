/** The database that the path of a `mongodb://` or `mongodb+srv://` URL names. */
export const mongoDbDatabaseIn = (url: string): string => {
  const path = /^[^/]+:\/\/[^/?]+\/([^?]*)/.exec(url)?.[1] ?? ''
  return path === '' ? 'profile_importer' : decodeURIComponent(path)
}
