import type { EventStoreDBClient } from '@eventstore/db-client'
import { CannotGoOn } from '../../application/cannot-go-on.ts'
import type { Clock } from '../../application/ports/clock.ts'
import { isJsonObject, type JsonObject } from '../../domain/json.ts'
import { type CallOptions, Connection } from './connection.ts'
import { KeptTexts } from './kept-texts.ts'
import { profileLinksName, profileLinksQuery, profileLinksVersion } from './profile-links.ts'
import { lastEvent } from './read-events.ts'
import { StreamNames } from './stream-names.ts'
import { isDenial, isSilence, mayBeDone, troubleOf } from './trouble.ts'

export interface InstalledProjection {
  readonly projection: string
  readonly action: 'created' | 'updated'
}

/**
 * Installs the server-side projection for analysts. Repeating it is harmless: the query is updated, and the projection
 * continues from its position.
 * @throws Error if the server cannot; its text is safe to show
 */
export const installProjections = async (
  url: string,
  clock: Clock,
): Promise<ReadonlyArray<InstalledProjection>> => {
  const connection = new Connection(url, clock)
  try {
    const installed = await install(connection, profileLinksName, profileLinksQuery)
    const versions = installedVersions(connection, new StreamNames(''))
    await versions.write(profileLinksName, await versions.read(profileLinksName), profileLinksVersion)
    return [installed]
  } catch (error) {
    throw troubleOf(error, 'manage projections')
  } finally {
    await connection.close()
  }
}

/** A server-side projection installed by an earlier program would skip the events that are recorded now. */
export class OutdatedProjection extends CannotGoOn {
  constructor(name: string) {
    super(
      `the projection "${name}" on EventStoreDB is from an earlier version and would miss the events of this one: run ` +
        '`install-projections`, or delete the projection',
    )
  }
}

/**
 * Call before anything is recorded. If the server does not list its projections, because of a missing permission or
 * because it runs none, there is nothing to check. Resolves with whether it is known to be installed.
 * @throws OutdatedProjection, StoreTrouble
 */
export const requireCurrentProjections = async (
  connection: Connection,
  names: StreamNames,
): Promise<boolean> => {
  const versions = installedVersions(connection, names)
  if ((await versions.read(profileLinksName)) === profileLinksVersion) return true
  const isOutdated = await isInstalled(connection, profileLinksName).catch(async (error: unknown) => {
    if (isDenial(error)) return false
    if (!isSilence(error)) throw troubleOf(error, 'manage projections')
    // A server that runs no projections may leave the question unanswered. One that is away answers no other either.
    await versions.read(profileLinksName)
    return false
  })
  if (isOutdated) throw new OutdatedProjection(profileLinksName)
  return false
}

/** Listed, because servers report a missing projection in different ways. */
const isInstalled = async (connection: Connection, name: string): Promise<boolean> => {
  const installed = await connection.call((client, options) => client.listProjections(options))
  return installed.some((projection) => projection.name === name)
}

const installedVersions = (connection: Connection, names: StreamNames) =>
  new KeptTexts(connection, {
    kind: 'version of the projection',
    stream: (name) => names.projection(name),
    eventType: 'ProjectionInstalled',
    member: 'version',
    is: (text): text is string => text !== '',
  })

const install = async (connection: Connection, name: string, query: string): Promise<InstalledProjection> => {
  const hasQuery = async () => (await installedDefinition(connection, name)).query === query
  if (!(await isInstalled(connection, name))) {
    await managed(
      connection,
      (client, options) => client.createProjection(name, query, { ...options, emitEnabled: true }),
      hasQuery,
    )
    return { projection: name, action: 'created' }
  }
  await managed(
    connection,
    (client, options) => client.updateProjection(name, query, { ...options, emitEnabled: true }),
    hasQuery,
  )
  await managed(
    connection,
    (client, options) => client.enableProjection(name, options),
    async () => (await installedDefinition(connection, name)).enabled === true,
  )
  return { projection: name, action: 'updated' }
}

/**
 * If the answer may have been one that the client cannot read, the server is asked whether it did it. Servers that compress
 * their answers send one to each of these calls, because it is empty.
 */
const managed = async (
  connection: Connection,
  action: (client: EventStoreDBClient, options: CallOptions) => Promise<void>,
  isDone: () => Promise<boolean>,
): Promise<void> => {
  try {
    await connection.call(action)
  } catch (error) {
    if (!mayBeDone(error) || !(await isDone())) throw troubleOf(error, 'manage projections')
  }
}

/** As the server last recorded it; empty if there is none. */
const installedDefinition = async (connection: Connection, name: string): Promise<JsonObject> => {
  const event = await lastEvent(connection, `$projections-${name}`)
  return isJsonObject(event?.data) ? event.data : {}
}
