import { fastify } from 'fastify'

interface HttpServerOptions {
  readonly HTTP_HOST: string
  /** 0: any free one. */
  readonly HTTP_PORT: number
  /** What is not ready, in words for an operator; empty when all is. */
  readonly notReady: () => ReadonlyArray<string>
  readonly metrics: { readonly contentType: string; render(): Promise<string> }
}

export interface HttpServer {
  readonly port: number
  /** Ends open connections too. */
  close(): Promise<void>
}

const listenProblem = (error: unknown, host: string, port: number): Error => {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (code === 'EADDRINUSE') return new Error(`HTTP_PORT: port ${port} on ${host} is in use`)
  return new Error(`HTTP_HOST, HTTP_PORT: cannot listen on ${host}:${port}`, { cause: error })
}

/** Liveness, readiness and metrics. Rejects with one clear line when it cannot listen. */
export const startHttpServer = async (options: HttpServerOptions): Promise<HttpServer> => {
  const { HTTP_HOST: host, HTTP_PORT: port, notReady, metrics } = options
  // A scraper's idle keep-alive connection must not hold up the shutdown.
  const server = fastify({ logger: false, forceCloseConnections: true })
  server.get('/health/live', async () => ({ status: 'live' }))
  server.get('/health/ready', async (_request, response) => {
    const reasons = notReady()
    response.code(reasons.length === 0 ? 200 : 503)
    return { status: reasons.length === 0 ? 'ready' : 'not ready', not_ready: reasons }
  })
  server.get('/metrics', async (_request, response) => {
    response.type(metrics.contentType)
    return metrics.render()
  })
  server.setNotFoundHandler(async (_request, response) => {
    response.code(404)
    return { status: 'not found' }
  })
  try {
    await server.listen({ host, port })
  } catch (error) {
    await server.close()
    throw listenProblem(error, host, port)
  }
  const address = server.server.address()
  return {
    port: typeof address === 'object' && address !== null ? address.port : port,
    close: async () => await server.close(),
  }
}
