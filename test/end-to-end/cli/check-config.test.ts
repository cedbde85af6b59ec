import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { settingNames } from '../../../infrastructure/config/settings.ts'
import { cliHome, linesOf } from '../../support/real-processes/cli.ts'

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
      'error: DATABASES_FILE: databases[0].field: is not a known member; did you mean fields?',
    ])
    expect(linesOf(stdout)).toContain('BATCH_SIZE: not valid (environment)')
    expect(stdout).not.toContain('hush')
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
