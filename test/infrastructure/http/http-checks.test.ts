import { once } from 'node:events'
import { type AddressInfo, createServer, type Server } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { httpChecks } from '../../../infrastructure/http/http-checks.ts'
import { startHttpServer } from '../../../infrastructure/http/http-server.ts'
import { checkLines } from '../../support/check-lines.ts'
import { freePort } from '../../support/servers/free-port.ts'

const host = '127.0.0.1'
const linesOf = (HTTP_PORT: number, HTTP_HOST = host) => checkLines(httpChecks({ HTTP_HOST, HTTP_PORT }))

const listening = async (server: Server): Promise<number> => {
  server.listen(0, host)
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  // A server on a port has such an address.
  return (server.address() as AddressInfo).port
}

test('a free port can be listened on, and is free afterwards', async () => {
  const port = await freePort()
  const line = `HTTP_HOST 127.0.0.1, HTTP_PORT ${port}: ok`
  expect(await linesOf(port)).toEqual([line])
  expect(await linesOf(port)).toEqual([line])
})

test('a port that a running service uses is no failure', async () => {
  const service = await startHttpServer({
    HTTP_HOST: host,
    HTTP_PORT: 0,
    notReady: () => ['not yet'],
    metrics: { contentType: 'text/plain', render: async () => '' },
  })
  onTestFinished(service.close)
  expect(await linesOf(service.port)).toEqual([
    `HTTP_HOST 127.0.0.1, HTTP_PORT ${service.port}: ok (a running service uses the port)`,
  ])
})

test.each([
  ['answers otherwise', () => createServer((socket) => socket.end('HTTP/1.1 200 OK\r\n\r\nwelcome'))],
  ['is silent', () => createServer()],
])('a port of another program fails: one that %s', async (_, other) => {
  const port = await listening(other())
  expect(await linesOf(port)).toEqual([
    `HTTP_HOST 127.0.0.1, HTTP_PORT ${port}: failed: another program uses the port: stop it, or set another HTTP_PORT`,
  ])
})

test('an address that the machine does not have fails', async () => {
  expect(await linesOf(8080, '192.0.2.1')).toEqual([
    'HTTP_HOST 192.0.2.1, HTTP_PORT 8080: failed: cannot listen: EADDRNOTAVAIL: set another HTTP_HOST or HTTP_PORT',
  ])
})
