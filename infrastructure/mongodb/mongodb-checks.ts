import { type Document, MongoClient } from 'mongodb'
import type { CheckGroup } from '../../application/ports/check.ts'
import { projectionsCollection } from './collections.ts'
import { missingActions } from './missing-actions.ts'
import { mongoDbDatabaseIn } from './mongodb-database.ts'
import { guarded, MongoDbError } from './mongodb-error.ts'
import { clientOptions } from './open-mongodb.ts'
import { requireSupportedVersion } from './require-supported-version.ts'

/** Milliseconds that the driver looks for a server, whatever the URL says. */
const timeLimits = { serverSelectionTimeoutMS: 3000, connectTimeoutMS: 3000 }

/** The server's code for a missing permission. */
const unauthorized = 13

/** What `serve` needs of MongoDB. Writes nothing. */
export const mongoDbChecks = (url: string): CheckGroup => ({
  name: 'connection to MongoDB',
  open: async () => {
    const client = await connecting(async () => new MongoClient(url, { ...clientOptions, ...timeLimits }))
    const db = client.db(mongoDbDatabaseIn(url))
    const ask = (command: Document) => guarded(() => db.command(command))
    try {
      await connecting(() => client.connect())
      requireUsable(await ask({ hello: 1 }))
      const { version } = await ask({ buildInfo: 1 })
      const rights = async () => {
        const { authInfo } = await ask({ connectionStatus: 1, showPrivileges: true })
        if (authInfo.authenticatedUsers.length === 0) {
          await requireAnonymousAccess(() =>
            guarded(() => db.collection(projectionsCollection).findOne({}, { projection: { _id: 1 } })),
          )
          return 'the server has no access control'
        }
        requireAll(missingActions(authInfo.authenticatedUserPrivileges, db.databaseName), db.databaseName)
        return undefined
      }
      return {
        remark: `version ${version}`,
        checks: [{ name: `MongoDB: rights on the database ${db.databaseName}`, run: rights }],
        close: () => client.close(),
      }
    } catch (error) {
      await client.close()
      throw error
    }
  },
})

/** @throws Error */
const requireUsable = (hello: Document): void => {
  requireSupportedVersion(hello)
  if (hello.isWritablePrimary !== true)
    throw new Error('the server accepts no writes: name the primary, or all members, in MONGODB_URL')
}

/** @throws Error */
const requireAnonymousAccess = async (read: () => Promise<unknown>): Promise<void> => {
  try {
    await read()
  } catch (error) {
    if (!(error instanceof MongoDbError && error.code === unauthorized)) throw error
    throw new Error('the server requires a user: name one in MONGODB_URL')
  }
}

/** @throws Error */
const requireAll = (missing: ReadonlyArray<string>, database: string): void => {
  if (missing.length > 0)
    throw new Error(`the user may not ${missing.join(', ')}: grant it the role readWrite on ${database}`)
}

const connecting = async <A>(connect: () => Promise<A>): Promise<A> => {
  try {
    return await guarded(connect)
  } catch (error) {
    if (!(error instanceof MongoDbError)) throw error
    throw new Error(`${error.message}: ${adviceFor(error)}`)
  }
}

const adviceFor = ({ kind, code }: MongoDbError): string => {
  if (kind === 'away') return 'start the server, or correct MONGODB_URL'
  // The server's codes are numbers.
  return typeof code === 'number'
    ? 'correct user, password and authSource in MONGODB_URL'
    : 'correct MONGODB_URL, or use another version of MongoDB'
}
