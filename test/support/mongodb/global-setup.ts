import type { TestProject } from 'vitest/node'
import { isMongoDb } from './server/is-mongodb.ts'
import { anyMongod } from './server/mongod.ts'
import { canStartPrivateServer, installServer, startPrivateServer } from './server/start-private-server.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** Undefined if the MongoDB suites are skipped. */
    mongodbUrl: string | undefined
    /** Whether tests can start servers that they may kill. */
    mongodbPrivate: boolean
    /** Whether tests can start a replica set. */
    mongodbReplicaSet: boolean
    /** Whether a private server that only speaks MongoDB's protocol takes its place. */
    mongodbStandIn: boolean
  }
}

/** Vitest's global setup: one server for all test files. The summary reporter lists skipped tests. */
export default async (project: TestProject): Promise<() => Promise<void>> => {
  if (process.env.SKIP_MONGODB === '1') {
    project.provide('mongodbUrl', undefined)
    project.provide('mongodbPrivate', false)
    project.provide('mongodbReplicaSet', false)
    project.provide('mongodbStandIn', false)
    return async () => {}
  }
  const { url, isStandIn, dispose } = await provideServer()
  const canKill = await canStartPrivateServer()
  // Here, because the tests run side by side.
  const mongod = anyMongod()
  if (process.env.CI === 'true') {
    const needed = 'what pip installs besides MONGODB_URL'
    if (!canKill) throw new Error(`the tests that kill a server need mongod, Docker or ${needed}`)
    if (mongod === undefined) throw new Error(`the tests on a replica set need mongod or ${needed}`)
  }
  project.provide('mongodbUrl', url)
  project.provide('mongodbPrivate', canKill)
  project.provide('mongodbReplicaSet', mongod !== undefined)
  project.provide('mongodbStandIn', isStandIn)
  return dispose
}

/** The server at MONGODB_URL (use `uniqueDatabase` there), or else a private one. */
const provideServer = async () => {
  const url = process.env.MONGODB_URL
  if (url !== undefined && url !== '') return { url, isStandIn: false, dispose: async () => {} }
  await installServer()
  const server = await startPrivateServer()
  return { ...server, isStandIn: !(await isMongoDb(server.url)) }
}
