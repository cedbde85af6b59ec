import { randomUUID } from 'node:crypto'
import { MongoClient } from 'mongodb'

export interface UniqueDatabase {
  readonly name: string
  /** Of the database: the server's URL with another path. */
  readonly url: string
}

/** A database that nobody else uses. */
export const uniqueDatabase = (serverUrl: string): UniqueDatabase => {
  const name = `test-${randomUUID()}`
  const [, server = serverUrl, path = '', query = ''] =
    /^([^/]+:\/\/[^/?]+)(?:\/([^?]*))?(?:\?(.*))?$/.exec(serverUrl) ?? []
  // Users are looked up in the database of the path, unless specified otherwise.
  const authSource = path === '' || query.includes('authSource=') ? '' : `authSource=${path}`
  return { name, url: `${server}/${name}?${[query, authSource].filter((part) => part !== '').join('&')}` }
}

export const dropDatabase = async ({ url, name }: UniqueDatabase): Promise<void> => {
  const client = new MongoClient(url)
  await client.db(name).dropDatabase()
  await client.close()
}
