import { once } from 'node:events'
import { Agent, get, type IncomingMessage } from 'node:http'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterEach, describe, expect, test } from 'vitest'
import { type HttpServer, startHttpServer } from '../../../infrastructure/http/http-server.ts'

const running: Array<HttpServer> = []
afterEach(async () => {
  await Promise.all(running.splice(0).map((server) => server.close()))
})

const start = async (notReady: ReadonlyArray<string> = [], HTTP_PORT = 0) => {
  const server = await startHttpServer({
    HTTP_HOST: '127.0.0.1',
    HTTP_PORT,
    notReady: () => notReady,
    metrics: { contentType: 'text/plain; version=0.0.4', render: async () => 'up 1\n' },
  })
  running.push(server)
  return server
}

const ask = async (server: HttpServer, path: string, init?: RequestInit) => {
  const response = await fetch(`http://127.0.0.1:${server.port}${path}`, init)
  return { status: response.status, type: response.headers.get('content-type'), body: await response.text() }
}

describe('answers', () => {
  test('/health/live', async () => {
    expect(await ask(await start(), '/health/live')).toMatchObject({ status: 200 })
  })

  test('/health/ready, and stays live when it is not ready', async () => {
    expect(await ask(await start(), '/health/ready')).toMatchObject({ status: 200 })
    const server = await start(['profiles: catching up', 'event store: away'])
    const answer = await ask(server, '/health/ready')
    expect(answer.status).toBe(503)
    expect(JSON.parse(answer.body).not_ready).toEqual(['profiles: catching up', 'event store: away'])
    expect(await ask(server, '/health/live')).toMatchObject({ status: 200 })
  })

  test('/metrics', async () => {
    const answer = await ask(await start(), '/metrics')
    expect(answer).toMatchObject({ status: 200, body: 'up 1\n' })
    expect(answer.type).toContain('version=0.0.4')
  })

  test.each([
    ['/', {}],
    ['/metrics', { method: 'POST', body: '{}', headers: { 'content-type': 'application/json' } }],
  ])('anything else with a 404 in JSON: %s', async (path, init) => {
    const answer = await ask(await start(), path, init)
    expect(answer).toMatchObject({ status: 404, body: '{"status":"not found"}' })
  })
})

test('a port that is taken gives one clear line', async () => {
  const { port } = await start()
  await expect(start([], port)).rejects.toThrow(`HTTP_PORT: port ${port} on 127.0.0.1 is in use`)
})

test('a connection gets one answer', async () => {
  const { port } = await start()
  const agent = new Agent({ keepAlive: true })
  const request = get({ port, host: '127.0.0.1', path: '/health/live', agent })
  const [response] = (await once(request, 'response')) as [IncomingMessage]
  const ended = once(response.socket, 'close')
  await text(response)
  await ended
  agent.destroy()
})

test('closing ends an idle connection', async () => {
  const server = await start()
  const socket = connect(server.port, '127.0.0.1')
  await once(socket, 'connect')
  const ended = once(socket.resume(), 'close')
  await server.close()
  await ended
})
