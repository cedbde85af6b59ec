import type { Check, CheckGroup } from '../../application/ports/check.ts'
import type { Clock } from '../../application/ports/clock.ts'
import { databaseStreamPrefix, rejectedImportsStream } from '../../domain/streams.ts'
import { advised, requireAppend, requireRead, requireReadAll, requireWriteMetadata } from './check-rights.ts'
import { Connection } from './connection.ts'
import { requireCurrentProjections } from './install-projections.ts'
import { profileLinksName } from './profile-links.ts'
import { StreamNames } from './stream-names.ts'
import { isUnknownUser } from './trouble.ts'

export interface EventStoreDbChecksOptions {
  readonly url: string
  /** Names of checkpoints that are written. */
  readonly checkpoints: ReadonlyArray<string>
  /** Names of secrets that are read. */
  readonly secrets: ReadonlyArray<string>
  readonly clock: Clock
}

/** Milliseconds: a server that runs no projections may leave a question about them unanswered, which is no failure. */
const deadline = 2000

/** Named like the stream of a database, but belongs to none. */
const noDatabase = `${databaseStreamPrefix}0.0`

/** What `serve` needs of EventStoreDB. Every append conflicts, so that nothing is written. */
export const eventStoreDbChecks = (options: EventStoreDbChecksOptions): CheckGroup => ({
  name: 'connection to EventStoreDB',
  open: async () => {
    const connection = new Connection(options.url, options.clock, deadline)
    try {
      const version = await versionOf(connection)
      await requireLogin(connection)
      return {
        remark: `version ${version}`,
        checks: checksOn(connection, options),
        close: () => connection.close(),
      }
    } catch (error) {
      await connection.close()
      throw advised(error, 'connect')
    }
  },
})

const checksOn = (
  connection: Connection,
  { checkpoints, secrets }: EventStoreDbChecksOptions,
): ReadonlyArray<Check> => {
  const names = new StreamNames('')
  const kept = [names.identity, ...checkpoints.map((name) => names.checkpoint(name))]
  return [
    withoutRemark('EventStoreDB: right to read $all', () => requireReadAll(connection)),
    ...[noDatabase, rejectedImportsStream].map((stream) =>
      withoutRemark(rightsOn(stream), async () => {
        await requireRead(connection, stream)
        await requireAppend(connection, stream)
      }),
    ),
    ...kept.map((stream) =>
      withoutRemark(rightsOn(stream), async () => {
        // The first event is preceded by the metadata of its stream.
        if (!(await requireRead(connection, stream))) await requireWriteMetadata(connection, stream)
        await requireAppend(connection, stream)
      }),
    ),
    ...secrets.map((name) => {
      const stream = names.secret(name)
      return withoutRemark(`EventStoreDB: right to read the stream ${stream}`, async () => {
        await requireRead(connection, stream)
      })
    }),
    {
      name: `EventStoreDB: projection ${profileLinksName}`,
      run: async () => {
        await requireRead(connection, names.projection(profileLinksName))
        return (await requireCurrentProjections(connection, names)) ? undefined : notFound
      },
    },
  ]
}

/** Both look the same from here. */
const notFound = 'not found, or this user may not list projections'

const rightsOn = (stream: string): string => `EventStoreDB: rights on the stream ${stream}`

const withoutRemark = (name: string, run: () => Promise<void>): Check => ({
  name,
  run: async () => {
    await run()
    return undefined
  },
})

/** As the server states it. */
const versionOf = (connection: Connection): Promise<string> =>
  connection.call(async (client) => {
    // The types hide it.
    const { serverVersion } = await Reflect.get(client, 'capabilities')
    return String(serverVersion)
  })

/** Any other refusal is that of a single right. */
const requireLogin = async (connection: Connection): Promise<void> => {
  try {
    await connection.call((client, options) => client.getStreamMetadata(noDatabase, options))
  } catch (error) {
    if (isUnknownUser(error)) throw error
  }
}
