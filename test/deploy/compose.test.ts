import { existsSync, readFileSync } from 'node:fs'
import { runInNewContext } from 'node:vm'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { mongoDbDatabaseIn } from '../../infrastructure/mongodb/mongodb-database.ts'
import { madeSecrets } from './made-secrets.ts'

interface ComposeService {
  readonly user?: string
  readonly ports?: ReadonlyArray<string>
  readonly secrets?: ReadonlyArray<string>
  readonly volumes?: ReadonlyArray<string>
  readonly [name: string]: unknown
}

const compose = parse(readFileSync('compose.yaml', 'utf8'), { merge: true })
const services: ReadonlyArray<[string, ComposeService]> = Object.entries(compose.services)
const secrets = madeSecrets()
const settings = JSON.parse(secrets.get('profile-importer.json') ?? '')

describe.each(services)('the container of %s', (_, service) => {
  test('has no capabilities, gains no privileges, leaves no core dump, and runs out of memory before the machine does', () => {
    expect(service).toMatchObject({
      cap_drop: ['ALL'],
      security_opt: ['no-new-privileges:true'],
      ulimits: { core: 0 },
      mem_limit: expect.stringMatching(/^\dg$/),
    })
    for (const name of ['cap_add', 'privileged', 'network_mode', 'pid', 'devices'])
      expect(service).not.toHaveProperty(name)
  })

  test('is reachable from this machine at most', () => {
    for (const port of service.ports ?? []) expect(port).toMatch(/^127\.0\.0\.1:/)
  })

  test('is given existing files', () => {
    for (const secret of service.secrets ?? []) {
      expect(compose.secrets[secret]).toEqual({ file: `secrets/${secret}` })
      expect(secrets.get(secret)).not.toBe('')
    }
    for (const volume of service.volumes ?? []) {
      const [source = ''] = volume.split(':')
      expect(source.startsWith('./') ? existsSync(source) : source in compose.volumes).toBe(true)
    }
  })
})

test('every secret is used, and the importer has only its own', () => {
  const used = services.flatMap(([, service]) => service.secrets ?? [])
  expect(used.toSorted()).toEqual([...secrets.keys()].sort())
  expect(compose.services['profile-importer'].secrets).toEqual(['profile-importer.json'])
})

test('passwords differ from one another, and each time', () => {
  const password = /[0-9a-f]{48}/g
  const all = [secrets, madeSecrets()].flatMap((made) => [...made.values()].join().match(password) ?? [])
  // The passwords of the broker's and the database's user are in two files each.
  expect(all).toHaveLength(10)
  expect(new Set(all).size).toBe(6)
})

test("the importer's MongoDB user may read and write its own database, and nothing else", () => {
  const users: Array<unknown> = []
  const db = {
    getSiblingDB: (name: string) => ({ createUser: (user: object) => users.push({ name, ...user }) }),
  }
  const fs = { readFileSync: (path: string) => secrets.get(path.replace('/run/secrets/', '')) }
  runInNewContext(readFileSync('deploy/mongodb-user.js', 'utf8'), { db, fs })
  const url = new URL(settings.MONGODB_URL)
  const database = mongoDbDatabaseIn(settings.MONGODB_URL)
  expect(users).toEqual([
    { name: database, user: url.username, pwd: url.password, roles: [{ role: 'readWrite', db: database }] },
  ])
  expect(compose.services.mongodb.environment.MONGO_INITDB_ROOT_USERNAME).not.toBe(url.username)
  expect(secrets.get('mongodb-root-password')).not.toBe(url.password)
})

test('the systemd unit leaves no core dump, and limits memory and tasks', () => {
  const unit = readFileSync('deploy/profile-importer.service', 'utf8')
  for (const line of [/^LimitCORE=0$/m, /^MemoryMax=\dG$/m, /^TasksMax=\d+$/m, /^CapabilityBoundingSet=$/m])
    expect(unit).toMatch(line)
})

test('every memory limit comes with a heap limit', () => {
  const unit = readFileSync('deploy/profile-importer.service', 'utf8')
  const inCompose: string = compose.services['profile-importer'].environment.NODE_OPTIONS
  expect(inCompose).toMatch(/^--max-old-space-size=\d+$/)
  expect(unit).toContain(`\nEnvironment=NODE_OPTIONS=${inCompose}\n`)
})
