import { once } from 'node:events'
import type { Server } from 'node:net'

/** The service cannot listen where HTTP_HOST and HTTP_PORT say. */
export class CannotListen extends Error {
  readonly isInUse: boolean

  constructor(error: unknown, host: string, port: number) {
    const isInUse = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE'
    super(
      isInUse
        ? `HTTP_PORT: port ${port} on ${host} is in use`
        : `HTTP_HOST, HTTP_PORT: cannot listen on ${host}:${port}`,
      { cause: error },
    )
    this.isInUse = isInUse
  }
}

/** @throws CannotListen */
export const listen = async (server: Server, host: string, port: number): Promise<void> => {
  try {
    server.listen({ host, port })
    await once(server, 'listening')
  } catch (error) {
    throw new CannotListen(error, host, port)
  }
}
