import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { settingNames } from '../../../infrastructure/config/settings.ts'
import { cliHome, linesOf, shellCommand } from '../../support/real-processes/cli.ts'
import { freePort } from '../../support/servers/free-port.ts'

describe('check-config', () => {
  test('shows every setting and where it comes from, without passwords, and starts nothing', async () => {
    const home = cliHome()
    home.write('main.json', JSON.stringify({ BATCH_SIZE: 50, IMPORT_QUEUE: 'mine', MONGO: { host: 'x' } }))
    const env = { RABBITMQ_URL: 'amqp://user:hush@broker/%2f', IMPORT_QUEUE: 'ours' }
    const { status, stdout, stderr } = await home.run(['check-config'], { env })
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    const lines = linesOf(stdout)
    expect(lines).toHaveLength(settingNames.length + 1)
    expect(lines).toEqual(
      expect.arrayContaining([
        'RABBITMQ_URL: amqp://***@broker/%2f (environment)',
        'IMPORT_QUEUE: ours (environment)',
        'BATCH_SIZE: 50 (main.json)',
        'MAX_FIELDS: 1000 (default)',
        'MONGODB_URL: not set',
        'PASS_OVER: not set',
        'MONGO: not a setting, ignored',
      ]),
    )
    expect(existsSync(join(home.folder, 'data'))).toBe(false)
  })

  test('names every mistake and every misspelt setting', async () => {
    const home = cliHome()
    home.write('databases.json', JSON.stringify({ databases: [{ account_id: 1, db_id: 1, field: {} }] }))
    home.write('main.json', JSON.stringify({ RABITMQ_URL: 'amqp://user:hush@broker', LOG_LEVEL: 'hush' }))
    const env = { BATCH_SIZE: 'hush', DATABASES_FILE: 'databases.json', HTTP_PORTS: '1' }
    const { status, stdout, stderr } = await home.run(['check-config'], { env })
    expect(status).toBe(2)
    expect(linesOf(stderr)).toEqual([
      'warning: RABITMQ_URL: is not a setting; did you mean RABBITMQ_URL?',
      'warning: HTTP_PORTS: is not a setting; did you mean HTTP_PORT?',
      'error: BATCH_SIZE: must be a whole number from 1 to 10000',
      'error: LOG_LEVEL: must be one of trace, debug, info, warn, error, fatal, silent',
      'error: DATABASES_FILE: databases.json: databases[0].field: is not a known member; did you mean fields?',
    ])
    expect(linesOf(stdout)).toContain('BATCH_SIZE: not valid (environment)')
    expect(stdout).not.toContain('hush')
  })
})

describe('check-config --connect', () => {
  const checked = (stdout: string) => linesOf(stdout).slice(settingNames.length)

  test('tries what `serve` needs, and creates nothing', async () => {
    const home = cliHome()
    const env = { HTTP_PORT: '0' }
    const { status, stdout, stderr } = await home.run(['check-config', '--connect', '--data', 'data'], {
      env,
    })
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    expect(checked(stdout)).toEqual([
      'data folder data: ok (does not exist: `serve` creates it)',
      'data folder: events.sqlite: ok (does not exist: `serve` creates it)',
      'data folder: read-model.sqlite: ok (does not exist: `serve` creates it)',
      'LOG_FILE data/job_server.log: ok',
      'HTTP_HOST 127.0.0.1, HTTP_PORT 0: ok',
      'RABBITMQ_URL: not set, so no broker was tried: `serve` needs it to import and to reply',
    ])
    expect(readdirSync(home.folder)).toEqual([])
  })

  test('tries the servers that are configured, and fails if one is away', async () => {
    const home = cliHome()
    const port = await freePort()
    const env = {
      HTTP_PORT: '0',
      EVENTSTORE_URL: `esdb://ann:hush@localhost:${port}?tls=false`,
      MONGODB_URL: `mongodb://ann:hush@127.0.0.1:${port}`,
      RABBITMQ_URL: `amqp://ann:hush@127.0.0.1:${port}`,
    }
    const { status, stdout, stderr } = await home.run(['check-config', '--connect'], { env })
    expect({ status, stderr }).toEqual({ status: 1, stderr: 'error: 3 checks failed\n' })
    expect(checked(stdout)).toEqual([
      'LOG_FILE data/job_server.log: ok',
      'HTTP_HOST 127.0.0.1, HTTP_PORT 0: ok',
      expect.stringMatching(/^connection to EventStoreDB: failed: .*EVENTSTORE_URL$/),
      expect.stringMatching(/^connection to MongoDB: failed: .*MONGODB_URL$/),
      expect.stringMatching(/^connection to RabbitMQ: failed: .*RABBITMQ_URL$/),
    ])
    expect(stdout).not.toContain('hush')
    expect(readdirSync(home.folder)).toEqual([])
  })

  test('tries nothing if a setting is wrong', async () => {
    const home = cliHome()
    const { status, stdout } = await home.run(['check-config', '--connect'], { env: { BATCH_SIZE: '0' } })
    expect(status).toBe(2)
    expect(checked(stdout)).toEqual([])
  })

  // Root may write anywhere, so another user has to try.
  test('finds folders and files that the user may not write', async ({ skip }) => {
    const home = cliHome()
    const data = join(home.folder, 'data')
    const isRoot = process.getuid?.() === 0
    const runAs = (...args: ReadonlyArray<string>) =>
      spawnSync('sh', ['-c', shellCommand(...args)], {
        cwd: home.folder,
        encoding: 'utf8',
        ...(isRoot ? { uid: 65_534, gid: 65_534 } : {}),
      })
    const tried = (folder: string) => checked(runAs('check-config', '--connect', '--data', folder).stdout)
    chmodSync(home.folder, 0o755)
    if (runAs('--version').status !== 0) skip('the checkout is not for other users')
    mkdirSync(data)
    writeFileSync(join(data, 'events.sqlite'), '', { mode: 0o444 })
    chmodSync(data, 0o555)
    const refused = `${data}: cannot be written: permission denied: let the user of the service write it`
    expect(tried('data').slice(0, 2)).toEqual([
      `data folder data: failed: ${refused}`,
      `LOG_FILE data/job_server.log: failed: ${refused}`,
    ])
    expect(tried(join('data', 'other'))[0]).toBe(`data folder data/other: failed: ${refused}`)
    chmodSync(data, 0o777)
    expect(tried('data')[1]).toMatch(
      /events\.sqlite: failed: data\/events\.sqlite: permission denied: run this as the user who owns the data folder/,
    )
  })
})

test('every command warns of a misspelt setting in main.json, and does its work', async () => {
  const home = cliHome()
  home.write('main.json', JSON.stringify({ BATCHSIZE: 5 }))
  const person = { account_id: 1, db_id: 1, email: 'ann@example.com', data: {} }
  const { status, stdout, stderr } = await home.run(['import'], { input: `${JSON.stringify(person)}\n` })
  expect({ status, replies: linesOf(stdout).length }).toEqual({ status: 0, replies: 1 })
  expect(linesOf(stderr)[0]).toBe('warning: BATCHSIZE: is not a setting; did you mean BATCH_SIZE?')
})
