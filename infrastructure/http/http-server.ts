import { once } from 'node:events'
import { createBoundedServer } from './bounded-server.ts'
import { listen } from './listen.ts'
import { shared } from './shared.ts'

interface HttpServerOptions {
  readonly HTTP_HOST: string
  /** 0: any free port. */
  readonly HTTP_PORT: number
  /** What is not ready, in words for an operator; empty if everything is ready. */
  readonly notReady: () => ReadonlyArray<string>
  readonly metrics: { readonly contentType: string; render(): Promise<string> }
}

export interface HttpServer {
  readonly port: number
  /** Also ends open connections. */
  close(): Promise<void>
}

export const livePath = '/health/live'
export const liveBody = JSON.stringify({ status: 'live' })

/** Serves liveness, readiness and metrics. @throws CannotListen */
export const startHttpServer = async (options: HttpServerOptions): Promise<HttpServer> => {
  const { HTTP_HOST: host, HTTP_PORT: port, notReady, metrics } = options
  const render = shared(() => metrics.render())
  const answers = new Map<string, () => Promise<Answer>>([
    [livePath, async () => json(200, liveBody)],
    [
      '/health/ready',
      async () => {
        const reasons = notReady()
        return reasons.length === 0
          ? json(200, JSON.stringify({ status: 'ready', not_ready: reasons }))
          : json(503, JSON.stringify({ status: 'not ready', not_ready: reasons }))
      },
    ],
    ['/metrics', async () => ({ status: 200, type: metrics.contentType, body: await render() })],
  ])
  const { tcp, endAll } = createBoundedServer(async (request, response) => {
    const path = (request.url ?? '').split('?')[0] ?? ''
    const { status, type, body } = await answerTo(request.method, answers.get(path))
    const headers = { 'content-type': type, 'content-length': Buffer.byteLength(body), connection: 'close' }
    response.writeHead(status, headers)
    response.end(request.method === 'HEAD' ? undefined : body)
  })
  await listen(tcp, host, port)
  const address = tcp.address()
  return {
    port: typeof address === 'object' && address !== null ? address.port : port,
    close: async () => {
      const closed = once(tcp, 'close')
      tcp.close()
      // A slow connection must not delay the shutdown.
      endAll()
      await closed
    },
  }
}

interface Answer {
  readonly status: number
  readonly type: string
  readonly body: string
}

const json = (status: number, body: string): Answer => ({
  status,
  type: 'application/json; charset=utf-8',
  body,
})

const answerTo = async (
  method: string | undefined,
  answer: (() => Promise<Answer>) | undefined,
): Promise<Answer> => {
  if (answer === undefined || (method !== 'GET' && method !== 'HEAD'))
    return json(404, JSON.stringify({ status: 'not found' }))
  try {
    return await answer()
  } catch {
    return json(500, JSON.stringify({ status: 'failed' }))
  }
}
