import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { text } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, describe, expect, test } from 'vitest'
import { maxConnections } from '../../infrastructure/http/bounded-server.ts'
import { type HttpServer, startHttpServer } from '../../infrastructure/http/http-server.ts'
import { createExposition } from '../../infrastructure/metrics/exposition.ts'
import { createMetrics } from '../../infrastructure/metrics/metrics.ts'
import { systemClock } from '../../infrastructure/system/system-clock.ts'
import { idleSources } from '../support/idle-sources.ts'

let server: HttpServer
const sockets: Array<Socket> = []
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy()
  await server.close()
})

const start = async () => {
  const metrics = createExposition(createMetrics(systemClock).registry, idleSources)
  let renderings = 0
  const render = () => {
    renderings += 1
    return metrics.render()
  }
  server = await startHttpServer({
    HTTP_HOST: '127.0.0.1',
    HTTP_PORT: 0,
    notReady: () => [],
    metrics: { contentType: metrics.contentType, render },
  })
  return { renderings: () => renderings }
}

const open = async (): Promise<Socket> => {
  const socket = connect(server.port, '127.0.0.1')
  sockets.push(socket)
  socket.on('error', () => {})
  await once(socket, 'connect')
  return socket
}

/** One after another: more at once than its backlog would make the kernel tell clients that they are connected. */
const opened = async (count: number): Promise<ReadonlyArray<Socket>> => {
  const all: Array<Socket> = []
  while (all.length < count) all.push(await open())
  return all
}

/** Resolves when the connection has ended, in whatever way. */
const closed = (socket: Socket): Promise<void> =>
  new Promise((resolve) => socket.resume().once('close', () => resolve()))

const answer = async (request: string): Promise<string> => {
  const socket = await open()
  socket.end(request)
  return text(socket)
}

const isLive = async () =>
  (await answer('GET /health/live HTTP/1.1\r\nHost: a\r\n\r\n')).startsWith('HTTP/1.1 200 ')

/** Requests liveness all the while; returns the longest time without a turn of the event loop, in milliseconds. */
const longestBlock = async (milliseconds: number): Promise<number> => {
  const delay = monitorEventLoopDelay({ resolution: 10 })
  delay.enable()
  for (let asked = 0; asked < milliseconds; asked += 100) {
    expect(await isLive()).toBe(true)
    await sleep(100)
  }
  delay.disable()
  return delay.max / 1e6
}

const metricsRequest = 'GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n'

describe('pipelined requests whose answers are not read', () => {
  // Before: 4,000 renderings, 2.3 s without a turn of the loop, 440 MB.
  test.each([
    ['metrics', metricsRequest],
    ['kept alive in HTTP/1.0', 'GET /metrics HTTP/1.0\r\nConnection: keep-alive\r\n\r\n'],
    ['without a host', 'GET / HTTP/1.1\r\n\r\n'],
  ])('20,000 on one connection: %s', async (_, request) => {
    const { renderings } = await start()
    const socket = await open()
    socket.pause()
    socket.write(request.repeat(20_000))
    expect(await longestBlock(1000)).toBeLessThan(1000)
    expect(renderings()).toBeLessThanOrEqual(1)
  })

  // Before: more than a minute without an answer to anybody.
  test('3,000 on each of 256 connections', async () => {
    await start()
    const all = await opened(maxConnections)
    for (const socket of all) socket.pause().write('GET / HTTP/1.1\r\nHost:\r\n\r\n'.repeat(3000))
    expect(await longestBlock(1000)).toBeLessThan(1000)
  })

  test('the first is answered, and the connection ends', async () => {
    await start()
    const socket = await open()
    const received = text(socket)
    socket.write(metricsRequest.repeat(3))
    const answers = await received
    expect(answers).toMatch(/^HTTP\/1\.1 200 .*connection: close.*process_cpu/is)
    expect(answers.split('HTTP/1.1 ')).toHaveLength(2)
  })
})

test('concurrent requests for metrics share one rendering', async () => {
  const { renderings } = await start()
  const answers = await Promise.all(Array.from({ length: 100 }, () => answer(metricsRequest)))
  // More than one only if the machine takes long to open a hundred connections.
  expect(renderings()).toBeLessThanOrEqual(10)
  expect(new Set(answers.map((each) => each.split('\r\n\r\n')[1])).size).toBe(renderings())
  const before = renderings()
  await sleep(500)
  await answer(metricsRequest)
  expect(renderings()).toBe(before + 1)
})

describe('idle connections', () => {
  test.each(['', 'GET /metrics HTTP/1.1\r\nHost: '])(
    'do not keep others out after sending %j, 2,000 times',
    async (sent) => {
      await start()
      const all = await opened(2000)
      for (const socket of all) socket.resume().write(sent)
      expect(await longestBlock(1000)).toBeLessThan(1000)
      expect(all.filter((socket) => !socket.closed).length).toBeLessThanOrEqual(maxConnections)
    },
  )

  test('are closed after ten seconds, even if they send a head byte by byte', async () => {
    await start()
    const [silent, dripping] = [await open(), await open()]
    const drip = setInterval(() => dripping.write('a'), 200)
    const began = performance.now()
    await Promise.all([closed(silent), closed(dripping)])
    clearInterval(drip)
    expect(performance.now() - began).toBeGreaterThan(8000)
    expect(performance.now() - began).toBeLessThan(15_000)
  })
})

test.each([
  ['no HTTP', '\u0016\u0003\u0001\r\n\r\n'],
  ['an unknown version', 'GET / HTTP/9.9\r\n\r\n'],
  ['a head without end', `GET / HTTP/1.1\r\nX: ${'a'.repeat(100_000)}`],
  ['a head of 4,000 names', `GET / HTTP/1.1\r\n${'a:\r\n'.repeat(4000)}\r\n`],
  [
    'a body that is longer than it says',
    `GET /health/live HTTP/1.1\r\nHost: a\r\n\r\n${'a'.repeat(100_000)}`,
  ],
])('%s is harmless', async (_, sent) => {
  await start()
  const socket = await open()
  socket.write(sent)
  await closed(socket)
  expect(await isLive()).toBe(true)
})
