import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { loadConfig } from '../../../infrastructure/config/load-config.ts'
import { settingNames, settingsHelp } from '../../../infrastructure/config/settings.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'config-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const inFolder = (name: string, content: unknown): string => {
  const path = join(folder, name)
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content))
  return path
}

const load = (env: NodeJS.ProcessEnv, file: unknown = {}) =>
  loadConfig({ configFile: inFolder('main.json', file), dataFolder: join(folder, 'data'), env })

const loaded = (env: NodeJS.ProcessEnv, file: unknown = {}) => {
  const config = load(env, file)
  if (E.isLeft(config)) throw new Error(config.left.join('\n'))
  return config.right
}

const mistakes = (env: NodeJS.ProcessEnv, file: unknown = {}) => {
  const config = load(env, file)
  return E.isLeft(config) ? config.left : []
}

describe('defaults', () => {
  test('apply when nothing is set', () => {
    expect(loaded({})).toMatchObject({
      RABBITMQ_URL: undefined,
      RABBITMQ_X_MESSAGE_TTL: 86_400,
      IMPORT_QUEUE: 'database_import',
      RESULT_QUEUE: 'database_import_result',
      BATCH_SIZE: 200,
      LOG_FILE: join(folder, 'data', 'job_server.log'),
      LOG_LEVEL: 'info',
      HTTP_HOST: '127.0.0.1',
      HTTP_PORT: 8080,
      rules: {
        limits: {
          message_bytes: 131_072,
          depth: 32,
          fields: 1000,
          subscriptions: 200,
          list_elements: 10_000,
          contacts: 1000,
          profile_bytes: 1_048_576,
        },
        ambiguousMatch: 'oldest',
      },
    })
    expect(loaded({}).rules).not.toHaveProperty('defaultCountry')
  })

  test('main.json in the working directory may be missing, a named file may not', () => {
    expect(E.isRight(loadConfig({ dataFolder: folder, env: {} }))).toBe(true)
    const missing = join(folder, 'none.json')
    expect(loadConfig({ configFile: missing, dataFolder: folder, env: {} })).toEqual(
      E.left([`${missing}: cannot be read: no such file`]),
    )
  })
})

describe('the sources of settings', () => {
  test('the environment takes precedence over the file', () => {
    expect(loaded({ BATCH_SIZE: '7' }, { BATCH_SIZE: 9, IMPORT_QUEUE: 'mine' })).toMatchObject({
      BATCH_SIZE: 7,
      IMPORT_QUEUE: 'mine',
    })
  })

  test.each([3600, '3600'])('a number in the file may be a number or text: %j', (ttl) => {
    expect(loaded({}, { RABBITMQ_X_MESSAGE_TTL: ttl }).RABBITMQ_X_MESSAGE_TTL).toBe(3600)
  })

  test('the file may start with a byte order mark', () => {
    expect(loaded({}, '\ufeff{"BATCH_SIZE": 9}').BATCH_SIZE).toBe(9)
  })

  test('an empty variable counts as not set', () => {
    expect(loaded({ BATCH_SIZE: '' }, { BATCH_SIZE: 9 }).BATCH_SIZE).toBe(9)
  })

  test("the vendor's own names in the file are ignored", () => {
    expect(load({}, { toString: 1, MONGO: { host: 'x' }, ...JSON.parse('{"__proto__": 1}') })).toEqual(
      expect.objectContaining({ _tag: 'Right' }),
    )
  })

  test('limits, country and ambiguity reach the rules', () => {
    const env = { MAX_DEPTH: '5', DEFAULT_COUNTRY: 'DE', AMBIGUOUS_MATCH: 'reject' }
    expect(loaded(env).rules).toMatchObject({
      limits: { depth: 5, fields: 1000 },
      defaultCountry: 'DE',
      ambiguousMatch: 'reject',
    })
  })
})

test.each([
  'mongodb://localhost',
  'mongodb://user:p%40ss@a:27017,b:27018/crm?replicaSet=rs0&tls=true',
  'mongodb+srv://user:pass@cluster.example.com/?appName=x',
  'mongodb://[::1]:27017/',
])('MONGODB_URL may be %s', (MONGODB_URL) => {
  expect(loaded({ MONGODB_URL })).toMatchObject({ MONGODB_URL })
})

describe('mistakes, one line each', () => {
  test.each([
    [
      { RABBITMQ_URL: 'http://a' },
      'RABBITMQ_URL: must be a URL that starts with amqp:// or amqps:// and names a host',
    ],
    [
      { RABBITMQ_URL: 'amqp://' },
      'RABBITMQ_URL: must be a URL that starts with amqp:// or amqps:// and names a host',
    ],
    ...['mongo://host', 'mongodb://', 'mongodb://user:pass@', 'mongodb://a,,b', 'mongodb://a/b c'].map(
      (MONGODB_URL): [NodeJS.ProcessEnv, string] => [
        { MONGODB_URL },
        'MONGODB_URL: must be a URL that starts with mongodb:// or mongodb+srv:// and names a host',
      ],
    ),
    [{ RABBITMQ_X_MESSAGE_TTL: '0' }, 'RABBITMQ_X_MESSAGE_TTL: must be a whole number from 1 to 4294967'],
    [{ RABBITMQ_X_MESSAGE_TTL: '24h' }, 'RABBITMQ_X_MESSAGE_TTL: must be a whole number from 1 to 4294967'],
    [{ BATCH_SIZE: '1.5' }, 'BATCH_SIZE: must be a whole number from 1 to 10000'],
    [{ BATCH_SIZE: '10001' }, 'BATCH_SIZE: must be a whole number from 1 to 10000'],
    [{ BATCH_SIZE: '-1' }, 'BATCH_SIZE: must be a whole number from 1 to 10000'],
    [
      { IMPORT_QUEUE: 'amq.x' },
      'IMPORT_QUEUE: must be a queue name of 1 to 255 bytes that does not start with amq.',
    ],
    [{ IMPORT_QUEUE: 'q', RESULT_QUEUE: 'q' }, 'RESULT_QUEUE: must differ from IMPORT_QUEUE'],
    [
      { IMPORT_QUEUE: 'q', RESULT_QUEUE: 'q.owner' },
      'RESULT_QUEUE: must not be the name of the lock on IMPORT_QUEUE, <IMPORT_QUEUE>.owner',
    ],
    [{ DEFAULT_COUNTRY: 'de' }, 'DEFAULT_COUNTRY: must be an ISO 3166 alpha-2 country code, such as DE'],
    [{ MAX_PROFILE_BYTES: '2097153' }, 'MAX_PROFILE_BYTES: must be a whole number from 1 to 2097152'],
    [{ AMBIGUOUS_MATCH: 'newest' }, 'AMBIGUOUS_MATCH: must be one of oldest, reject'],
    [{ LOG_LEVEL: 'loud' }, 'LOG_LEVEL: must be one of trace, debug, info, warn, error, fatal, silent'],
    [{ HTTP_PORT: '65536' }, 'HTTP_PORT: must be a whole number from 0 to 65535'],
    [{ HTTP_HOST: 'http://x' }, 'HTTP_HOST: must be a host name or an IP address'],
    [{ RABBITMQ_CA_FILE: '/nowhere/ca.pem' }, 'RABBITMQ_CA_FILE: cannot be read: no such file'],
    [
      { DATABASES_FILE: '/nowhere/db.json' },
      'DATABASES_FILE: /nowhere/db.json: cannot be read: no such file',
    ],
  ])('%j', (env, line) => {
    expect(mistakes(env)).toEqual([line])
  })

  test.each([null, true, [200], { a: 1 }, 2.5, '', ' 5'])('BATCH_SIZE in the file: %j', (value) => {
    expect(mistakes({}, { BATCH_SIZE: value })).toEqual([
      'BATCH_SIZE: must be a whole number from 1 to 10000',
    ])
  })

  test('several mistakes are all reported, including those in files', () => {
    const DATABASES_FILE = inFolder('databases.json', { databases: [{ account_id: 1 }] })
    const env = { BATCH_SIZE: 'x', HTTP_PORT: 'y', DATABASES_FILE, RABBITMQ_CA_FILE: '/nowhere' }
    expect(mistakes(env, { LOG_LEVEL: 'z' })).toHaveLength(5)
  })

  test('values are never shown: they may be secrets', () => {
    const told = [
      ...mistakes({ RABBITMQ_URL: 'ampq://user:hush@host' }),
      ...mistakes({}, '{"RABBITMQ_URL": "amqp://user:hush@host" oops'),
      ...mistakes({}, { RABBITMQ_URL: ['hush'] }),
      ...mistakes({ MONGODB_URL: 'mongodb:/user:hush@host' }),
    ]
    expect(told).toHaveLength(4)
    expect(told.join('\n')).not.toContain('hush')
  })

  test.each(['[]', '"text"', 'null', '{', ''])('a file that is not a JSON object: %s', (content) => {
    expect(mistakes({}, content)).toHaveLength(1)
  })
})

describe('DATABASES_FILE', () => {
  const declared = { account_id: 1, db_id: 7, fields: { CRM_ID: { type: 'string', match: true } } }

  test('determines the existing databases, and the version of the keys', () => {
    const config = loaded({ DATABASES_FILE: inFolder('databases.json', { databases: [declared] }) })
    const { definitionOf } = config.rules
    const database = { account_id: 1, db_id: 7 } as Parameters<typeof definitionOf>[0]
    expect(definitionOf(database)?.fields.get('CRM_ID')).toMatchObject({ type: 'string', match: true })
    expect(definitionOf({ ...database, db_id: 8 as typeof database.db_id })).toBeUndefined()
    expect(loaded({}).rules.definitionOf(database)?.declared).toBe(false)
    expect(config.definitionsVersion).not.toBe(loaded({}).definitionsVersion)
  })

  test('reports the place of a mistake, once', () => {
    const wrong = { ...declared, account_id: 0, fields: { CRM_ID: { type: 'text', match: 'yes' } } }
    const DATABASES_FILE = inFolder('databases.json', { databases: [declared, wrong] })
    const place = `DATABASES_FILE: ${DATABASES_FILE}: databases[1]`
    expect(mistakes({ DATABASES_FILE })).toEqual([
      `${place}.account_id: must be a whole number from 1 to 2^53-1`,
      expect.stringContaining(`${place}.fields.CRM_ID.type: must be one of string, int, `),
      `${place}.fields.CRM_ID.match: must be true or false`,
    ])
  })

  test.each([
    [{}, 'databases: must be a list'],
    [[], 'the file: must be an object'],
    [{ databases: [7] }, 'databases[0]: must be an object'],
    [{ databases: [{ ...declared, fields: { a: 'int' } }] }, 'databases[0].fields.a: must be an object'],
  ])('must have the form of %j', (content, line) => {
    const DATABASES_FILE = inFolder('databases.json', content)
    expect(mistakes({ DATABASES_FILE })).toEqual([`DATABASES_FILE: ${DATABASES_FILE}: ${line}`])
  })

  test('with unknown members is refused, and the names that are probably meant are given', () => {
    const content = {
      database: [],
      databases: [
        { ...declared, unkown_fields: 'refuse', fields: { matching: { type: 'int', matching: true } } },
        { ...declared, db_id: 8, accountId: 1, fields: { 'a\u0007': { typ: 'int', type: 'int' } } },
      ],
    }
    const DATABASES_FILE = inFolder('databases.json', content)
    const file = `DATABASES_FILE: ${DATABASES_FILE}`
    const place = `${file}: databases`
    const meant = (name: string) => `is not a known member; did you mean ${name}?`
    expect(mistakes({ DATABASES_FILE })).toEqual([
      `${file}: database: ${meant('databases')}`,
      `${place}[0].fields.matching.matching: ${meant('match')}`,
      `${place}[0].unkown_fields: ${meant('unknown_fields')}`,
      `${place}[1].fields.a\\u0007.typ: ${meant('type')}`,
      `${place}[1].accountId: ${meant('account_id')}`,
    ])
  })
})

test('the help has one line for each setting, with its default', () => {
  const lines = settingsHelp()
  expect(lines).toHaveLength(settingNames.length)
  expect(lines.find((line) => line.startsWith('BATCH_SIZE '))).toContain('(default 200)')
})
