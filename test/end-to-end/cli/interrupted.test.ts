import { once } from 'node:events'
import { createServer } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import type { JsonObject } from '../../../domain/json.ts'
import { cliHome, linesOf, parsed } from '../../support/real-processes/cli.ts'

const message = (n: number): JsonObject => ({
  account_id: 1,
  db_id: 1,
  email: `user${n}@example.com`,
  data: {},
})
const find = ['find', '--account', '1', '--db', '1', '--email', 'user1@example.com']

test.each(['SIGINT', 'SIGTERM'] as const)(
  'a command that waits for a server says so on %s',
  async (signal) => {
    const home = cliHome()
    await home.importing([message(1)])
    const silent = createServer(() => {}).listen(0, '127.0.0.1')
    onTestFinished(() => void silent.close())
    await once(silent, 'listening')
    const address = silent.address()
    if (address === null || typeof address === 'string') throw new Error('no port')
    const running = home.start(find, { MONGODB_URL: `mongodb://127.0.0.1:${address.port}` })
    await once(silent, 'connection')
    const { status, stdout, stderr } = await running.kill(signal)
    // The signal itself has ended it, which a shell tells as 130 or 143.
    expect({ status, stdout, stderr }).toEqual({ status: null, stdout: '', stderr: 'error: interrupted\n' })
    expect(running.child.signalCode).toBe(signal)
  },
)

/** Sends itself a signal as soon as it handles it for the n-th time, again and again. */
const signallingAt = (n: number, times = 1): Readonly<Record<string, string>> => {
  const preload = `
    let handled = 0
    process.on('newListener', (name) => {
      if (name !== 'SIGTERM' || ++handled !== ${n}) return
      const send = (left) => setTimeout(() => {
        process.kill(process.pid, 'SIGTERM')
        if (left > 1) send(left - 1)
      }, 1)
      send(${times})
    })`
  return { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(preload)}` }
}

test.each([['status'], ['send'], ['backup', 'to'], ['check-config']])(
  'a command that is interrupted while it is loaded says so: %s',
  async (...args) => {
    const { status, stderr } = await cliHome().run(args, { env: signallingAt(1) })
    expect({ status, stderr }).toEqual({ status: null, stderr: 'error: interrupted\n' })
  },
)

test('a service that is stopped while it is loaded ends in order, and at once by a second signal', async () => {
  const settings = { RABBITMQ_URL: 'amqp://127.0.0.1:1', HTTP_PORT: '0' }
  const messagesOf = (stderr: string) => parsed(stderr).map(({ msg }) => msg)
  const stopped = await cliHome().run(['serve'], { env: { ...settings, ...signallingAt(2) } })
  expect(stopped.status).toBe(0)
  expect(messagesOf(stopped.stderr)).toEqual(expect.arrayContaining(['stopping', 'stopped']))
  const ended = await cliHome().run(['serve'], { env: { ...settings, ...signallingAt(2, 2) } })
  expect(ended.status).toBe(1)
  expect(messagesOf(ended.stderr)).toEqual(['stopping', 'ended at once by a second signal'])
})

test('`events` says that it was interrupted; with --follow it does not', async () => {
  const home = cliHome()
  await home.importing(Array.from({ length: 3000 }, (_, n) => message(n)))
  const running = home.start(['events'])
  await running.waitForLines(1)
  running.child.stdout.pause()
  running.child.kill('SIGINT')
  running.child.stdout.resume()
  const { status, stdout, stderr } = await running.exited
  expect({ status, stderr }).toEqual({ status: 1, stderr: 'error: interrupted\n' })
  expect(linesOf(stdout).length).toBeLessThan(3000)

  const following = home.start(['events', '--follow', '--after', '2999'])
  await following.waitForLines(1)
  expect(await following.kill('SIGINT')).toMatchObject({ status: 0, stderr: '' })
})
