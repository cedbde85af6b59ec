import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { JsonObject } from '../../../domain/json.ts'
import {
  type CliHome,
  cliHome,
  linesOf,
  openCliHome,
  shell,
  shellCommand,
  shellLacks,
} from '../../support/real-processes/cli.ts'

const base = { account_id: 1, db_id: 1 }
const john = {
  ...base,
  feedback_id: 'john-1',
  email: 'John@Example.com ',
  data: {
    _fname: 'John',
    CRM_ID: 123420,
    phones: ['+7 (900) 000-00-00'],
    subscriptions: [
      { channel: 'email', resource_id: 24, email: 'news@example.com' },
      { channel: 'sms', resource_id: 25, phone: '+79000000001' },
      { channel: 'push', resource_id: 26, provider: 'fcm', subscription_id: 'token-1', cc_data: 'x' },
    ],
  },
}
const more = {
  ...base,
  feedback_id: 'john-2',
  email: 'john@example.com',
  data: { bonus: { action: 'incr', value: 5 } },
}
const refused = { ...base, feedback_id: 'nobody', update_only: true, email: 'nobody@example.com', data: {} }

let home: CliHome
let id: string
beforeAll(async () => {
  home = openCliHome()
  const replies = await home.importing([john, more, refused])
  id = String(replies[0]?.profile_id)
})
afterAll(() => home.remove())

const one = async (...args: ReadonlyArray<string>): Promise<JsonObject> => {
  const [line = {}, ...rest] = await home.output(...args)
  expect(rest).toEqual([])
  return line
}

const failure = async (...args: ReadonlyArray<string>) => {
  const { status, stdout, stderr } = await home.run(args)
  expect(stdout).toBe('')
  return { status, stderr }
}

describe('profile', () => {
  test('prints the current state', async () => {
    const profile = await one('profile', id.toUpperCase())
    expect(Object.keys(profile)).toEqual([
      'account_id',
      'db_id',
      'profile_id',
      'revision',
      'fields',
      'subscriptions',
    ])
    expect(profile).toMatchObject({
      ...base,
      profile_id: id,
      revision: 1,
      fields: {
        email: 'john@example.com',
        phones: ['+79000000000'],
        _fname: 'John',
        CRM_ID: 123420,
        bonus: 5,
      },
    })
    expect(profile.subscriptions).toHaveLength(3)
  })

  test('fails if there is none', async () => {
    expect(await failure('profile', '0'.repeat(24))).toEqual({
      status: 1,
      stderr: 'error: no such profile\n',
    })
  })

  test('refuses an invalid id', async () => {
    expect(await failure('profile', 'john')).toEqual({
      status: 2,
      stderr: 'error: profile id: must be 24 hex digits\n',
    })
  })
})

describe('find', () => {
  const find = (...args: ReadonlyArray<string>) => ['find', '--account', '1', '--db', '1', ...args]

  test.each([
    ['email', ['--email', 'JOHN@example.com']],
    ['email', ['--email', 'news@example.com', '--resource-id', '24']],
    ['email_profile', ['--email', 'john@example.com']],
    ['email_sub', ['--email', 'news@example.com']],
    ['phone', ['--phone', '0079000000000']],
    ['phone_sub', ['--phone', '+79000000001', '--resource-id', '25']],
    ['profile_id', ['--profile-id', () => id]],
    ['custom', ['--field-name', 'CRM_ID', '--field-value', '123420']],
    ['custom_sub', ['--field-name', 'cc_data', '--field-value', 'x']],
    ['push_sub', ['--provider', 'fcm', '--subscription-id', 'token-1']],
    ['email_phone', ['--email', 'other@example.com', '--phone', '+79000000000']],
    ['email_phone_sub', ['--email', 'other@example.com', '--phone', '+79000000001']],
  ])('by %s: %j', async (mode, values) => {
    const args = values.map((value) => (typeof value === 'function' ? value() : value))
    expect((await one(...find('--matching', mode, ...args))).profile_id).toBe(id)
  })

  test('the default is email, and nothing may match', async () => {
    expect((await one(...find('--email', 'john@example.com'))).profile_id).toBe(id)
    expect(await failure(...find('--email', 'nobody@example.com'))).toEqual({
      status: 1,
      stderr: 'error: no profile matches\n',
    })
  })

  test('without the value that the mode needs, it names the option or member', async () => {
    const { status, stderr } = await failure(...find('--matching', 'phone'))
    expect(status).toBe(2)
    expect(linesOf(stderr)).toEqual([expect.stringContaining('phone')])
  })
})

describe('history', () => {
  test('of a profile: message, match, changes, oldest first', async () => {
    const history = await home.output('history', '--profile', id)
    expect(history).toMatchObject([
      {
        verdict: 'created',
        account_id: 1,
        db_id: 1,
        feedback_id: 'john-1',
        properties: {},
        skip_triggers: false,
        profile_id: id,
        matching: 'email',
        message: { body: JSON.stringify(john) },
      },
      {
        verdict: 'updated',
        feedback_id: 'john-2',
        profile_id: id,
        match: { candidates: 1 },
        changes: [{ field: 'bonus', value: 5 }],
      },
    ])
  })

  test('of a feedback id, and of the import that it shows', async () => {
    const [line] = await home.output('history', '--feedback-id', 'nobody')
    expect(line).toMatchObject({ verdict: 'rejected', code: 404, reasons: [{ tag: 'ProfileNotFound' }] })
    expect(await home.output('history', '--import', String(line?.import_id))).toEqual([line])
  })

  test('reports that no events were found', async () => {
    expect(await failure('history', '--feedback-id', 'unheard')).toEqual({
      status: 1,
      stderr: 'error: no events found\n',
    })
  })

  test('needs exactly one query', async () => {
    const usage = { status: 2, stderr: 'error: give exactly one of --profile, --feedback-id, --import\n' }
    expect(await failure('history')).toEqual(usage)
    expect(await failure('history', '--profile', id, '--feedback-id', 'x')).toEqual(usage)
  })
})

describe('events', () => {
  test('prints events in log order, also after a position', async () => {
    const events = await home.output('events')
    expect(
      events.map(({ position, stream, revision, type }) => ({ position, stream, revision, type })),
    ).toEqual([
      { position: '1', stream: 'profiles-1.1', revision: 0, type: 'ProfileCreated' },
      { position: '2', stream: 'profiles-1.1', revision: 1, type: 'ProfileUpdated' },
      { position: '3', stream: 'profiles-1.1', revision: 2, type: 'ImportRejected' },
    ])
    for (const event of events) {
      expect(Object.keys(event)).toEqual([
        'epoch',
        'position',
        'stream',
        'revision',
        'event_id',
        'type',
        'time',
        'public',
        'personal',
        'message',
      ])
    }
    expect(await home.output('events', '--after', '2')).toEqual(events.slice(2))
    expect(await home.output('events', '--after', '3')).toEqual([])
  })

  test('--follow shows what another process imports, until it is interrupted', async () => {
    const other = cliHome()
    await other.importing([john])
    const following = other.start(['events', '--after', '1', '--follow'])
    await other.importing([more, refused])
    await following.waitForLines(2)
    await other.importing([more])
    await following.waitForLines(3)
    const { status, stderr } = await following.kill('SIGINT')
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    expect(following.lines().map((line) => JSON.parse(line).position)).toEqual(['2', '3', '4'])
  })

  test('ends quietly with its reader', async () => {
    const other = cliHome()
    await other.importing(Array.from({ length: 1500 }, () => more))
    const line = `{ ${shellCommand('events')}; echo "exit $?" >&2; } | head -1`
    const { stdout, stderr } = shell(other, line)
    expect(stderr).toBe('exit 0\n')
    expect(linesOf(stdout)).toHaveLength(1)
  })
})

test('status prints positions, lag and counts', async () => {
  expect(await one('status')).toEqual({
    log: { log_id: expect.any(String), epoch: 1, end: '3' },
    lag_unit: 'events',
    data: { folder: './data', bytes: expect.any(Number), free_bytes: expect.any(Number) },
    service: null,
    broker: null,
    profiles: {
      generation: 1,
      version: expect.any(String),
      checkpoint: '3',
      lag: 0,
      lag_seconds: 0,
      documents: 1,
      building: [],
    },
    imports: {
      generation: 1,
      version: expect.any(String),
      checkpoint: '3',
      lag: 0,
      lag_seconds: 0,
      documents: 3,
      building: [],
    },
    refusals: {
      generation: 1,
      version: expect.any(String),
      checkpoint: '3',
      lag: 0,
      lag_seconds: 0,
      documents: 1,
      building: [],
    },
    search: {
      generation: 1,
      version: expect.any(String),
      checkpoint: '3',
      lag: 0,
      lag_seconds: 0,
      documents: 3,
      building: [],
    },
    unreadable: { events: 0, examples: [] },
    pass_over: [],
    replies: null,
  })
})

test('status says why the broker does not tell the lengths of the queues, and tells the rest', async () => {
  const { status, stdout } = await home.run(['status'], { env: { RABBITMQ_URL: 'amqp://127.0.0.1:1' } })
  expect(status).toBe(0)
  expect(JSON.parse(stdout)).toMatchObject({
    broker: { trouble: expect.stringContaining('ECONNREFUSED') },
    profiles: { documents: 1 },
  })
})

test('status tells what is known while MongoDB is away, and fails', async () => {
  const env = { MONGODB_URL: 'mongodb://127.0.0.1:1/?serverSelectionTimeoutMS=200' }
  const { status, stdout, stderr } = await home.run(['status'], { env })
  expect(status).toBe(1)
  expect(stderr).toMatch(/^error: read models: MongoDB: .*127.0.0.1:1 \(ECONNREFUSED\)\n$/)
  expect(JSON.parse(stdout)).toMatchObject({
    log: { end: '3' },
    read_models: { trouble: expect.stringContaining('ECONNREFUSED') },
    replies: null,
  })
})

test.skipIf(shellLacks('script'))('status is a table on a terminal', () => {
  const { status, stdout } = shell(home, `script -qec "${shellCommand('status')}" /dev/null < /dev/null`)
  expect(status).toBe(0)
  const lines = stdout.split('\r\n').map((line) => line.replaceAll(/ {2,}/g, ' | '))
  expect(lines[0]).toMatch(/^log \| [0-9a-f-]{36}, epoch 1, end 3$/)
  expect(lines).toEqual(
    expect.arrayContaining([
      expect.stringMatching(/^data folder \| \.\/data: \d.* used, \d.* free$/),
      'service | not running',
      'unreadable | 0 events',
      'part | checkpoint | behind | by | documents | generation | version',
      expect.stringMatching(/^profiles \| 3 \| 0 events \| 0 s \| 1 \| 1 \| \S+$/),
      'replies | none yet',
    ]),
  )
})
