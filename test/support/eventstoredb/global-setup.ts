import type { TestProject } from 'vitest/node'
import { dockerWorks } from '../servers/docker.ts'
import { startDockerServer } from './server/docker-server.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** Undefined if there is no real server: then the stand-in takes its place. */
    eventStoreUrl: string | undefined
  }
}

/**
 * Vitest's global setup: the server at EVENTSTORE_URL, or else one in Docker. The summary reporter says if there is
 * neither.
 */
export default async (project: TestProject): Promise<() => Promise<void>> => {
  const url = process.env.EVENTSTORE_URL
  if (url !== undefined && url !== '') {
    project.provide('eventStoreUrl', url)
    return async () => {}
  }
  if (!(await dockerWorks())) {
    project.provide('eventStoreUrl', undefined)
    return async () => {}
  }
  const server = await startDockerServer('in memory')
  project.provide('eventStoreUrl', server.url)
  return server.dispose
}
