import { once } from 'node:events'
import { createServer } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import type { JsonObject } from '../../../domain/json.ts'
import { cliHome, linesOf } from '../../support/real-processes/cli.ts'

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

test('events that are not all printed say so, unlike those that are followed', async () => {
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
