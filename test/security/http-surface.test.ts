import { once } from 'node:events'
import { connect } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { settings } from '../../infrastructure/config/settings.ts'
import { type HttpServer, startHttpServer } from '../../infrastructure/http/http-server.ts'

const running: Array<HttpServer> = []
afterEach(async () => {
  await Promise.all(running.splice(0).map((server) => server.close()))
})

const start = async (host: string) => {
  const server = await startHttpServer({
    HTTP_HOST: host,
    HTTP_PORT: 0,
    notReady: () => [],
    metrics: { contentType: 'text/plain', render: async () => 'up 1\n' },
  })
  running.push(server)
  return server.port
}

const reaches = async (host: string, port: number): Promise<boolean> => {
  const socket = connect(port, host)
  try {
    await once(socket, 'connect')
    return true
  } catch {
    return false
  } finally {
    socket.destroy()
  }
}

/** Leads to this machine, like one of its network addresses, and is not the address that is listened on. */
const elsewhere = '127.0.0.2'

test('by default it is reachable only on the loopback address', async () => {
  const port = await start(settings.HTTP_HOST.default)
  expect(await reaches('127.0.0.1', port)).toBe(true)
  expect(await reaches(elsewhere, port)).toBe(false)
})

test.runIf(process.platform === 'linux')('with HTTP_HOST it is reachable on other addresses', async () => {
  expect(await reaches(elsewhere, await start('0.0.0.0'))).toBe(true)
})

test('the request is not echoed in any answer', async () => {
  const port = await start('127.0.0.1')
  for (const path of [
    '/%0d%0aSet-Cookie:x=1',
    '/<script>',
    `/${'a'.repeat(10_000)}`,
    '/metrics/../../etc/passwd',
  ]) {
    const response = await fetch(`http://127.0.0.1:${port}${path}`)
    expect([response.status, await response.text()]).toEqual([404, '{"status":"not found"}'])
    expect([...response.headers.keys()].sort()).toEqual([
      'connection',
      'content-length',
      'content-type',
      'date',
    ])
  }
})
