import type { Clock } from '../../application/ports/clock.ts'
import { Connection } from './connection.ts'
import { profileLinksName, profileLinksQuery } from './profile-links.ts'
import { troubleOf } from './trouble.ts'

export interface InstalledProjection {
  readonly projection: string
  readonly action: 'created' | 'updated'
}

/**
 * Installs what runs on the server for analysts. Once more does no harm: the query is updated, and the projection goes on
 * from where it was. @throws Error when the server cannot; its text is safe to show
 */
export const installProjections = async (
  url: string,
  clock: Clock,
): Promise<ReadonlyArray<InstalledProjection>> => {
  const connection = new Connection(url, clock)
  try {
    return [await install(connection, profileLinksName, profileLinksQuery)]
  } catch (error) {
    throw troubleOf(error)
  } finally {
    await connection.close()
  }
}

const install = async (connection: Connection, name: string, query: string): Promise<InstalledProjection> => {
  // Listed, because servers say in different ways that there is no such projection.
  const installed = await connection.call((client, options) => client.listProjections(options))
  if (!installed.some((projection) => projection.name === name)) {
    await connection.call((client, options) =>
      client.createProjection(name, query, { ...options, emitEnabled: true }),
    )
    return { projection: name, action: 'created' }
  }
  await connection.call((client, options) =>
    client.updateProjection(name, query, { ...options, emitEnabled: true }),
  )
  await connection.call((client, options) => client.enableProjection(name, options))
  return { projection: name, action: 'updated' }
}
