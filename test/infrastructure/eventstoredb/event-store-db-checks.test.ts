import { expect, test } from 'vitest'
import { beginning } from '../../../application/ports/position.ts'
import { eventStoreDbChecks } from '../../../infrastructure/eventstoredb/event-store-db-checks.ts'
import { installProjections } from '../../../infrastructure/eventstoredb/install-projections.ts'
import { systemClock } from '../../../infrastructure/system/system-clock.ts'
import { anImportId, profileCreated } from '../../support/builders/event-builders.ts'
import { checkLines } from '../../support/check-lines.ts'
import { appending, aServer, opened } from '../../support/eventstoredb/opened.ts'
import { aSecuredServer } from '../../support/eventstoredb/secured-server.ts'
import type { StandIn } from '../../support/eventstoredb/stand-in/stand-in.ts'

const linesOf = (url: string) =>
  checkLines(eventStoreDbChecks({ url, checkpoints: ['replies-in'], secrets: ['marks'], clock: systemClock }))

/** The stand-in does not forget what was appended, so its end tells whether anything was. */
const allOf = ({ log }: StandIn) => log.all.map(({ stream, revision }) => [stream, revision])

const streams = ['profiles-0.0', 'rejectedImports', 'log-identity', 'checkpoint-replies-in']
const well = [
  'connection to EventStoreDB: ok (version 24.10.0)',
  'EventStoreDB: right to read $all: ok',
  ...streams.map((stream) => `EventStoreDB: rights on the stream ${stream}: ok`),
  'EventStoreDB: right to read the stream secret-marks: ok',
]

test('the checks of an empty log find nothing missing, and write nothing', async () => {
  const server = await aServer()
  const before = allOf(server)
  expect(await linesOf(server.url)).toEqual([
    ...well,
    'EventStoreDB: projection profile-links: ok (not found, or this user may not list projections)',
  ])
  expect(allOf(server)).toEqual(before)
})

test('the checks of a log in use find nothing missing, and write nothing', async () => {
  const server = await aServer()
  await installProjections(server.url, systemClock)
  const store = opened(server.url)
  await appending(store, 'profiles-1.7', -1, [{ eventId: anImportId(1), event: profileCreated(1) }])
  await appending(store, 'rejectedImports', -1, [{ eventId: anImportId(2), event: profileCreated(2) }])
  await store.writeIdentity(undefined, { log_id: anImportId(3), epoch: 1 })
  await store.writeCheckpoint('replies-in', undefined, beginning)
  const before = allOf(server)
  expect(before.length).toBeGreaterThan(4)
  expect(await linesOf(server.url)).toEqual([...well, 'EventStoreDB: projection profile-links: ok'])
  expect(allOf(server)).toEqual(before)
})

const streamRights = (stream: string) => `rights on the stream ${stream}`

test.each([
  ['read $all', 'right to read $all', 'read $all'],
  ...streams.flatMap((stream) => [
    [`read ${stream}`, streamRights(stream), `read ${stream}`],
    [`append to ${stream}`, streamRights(stream), `append to ${stream}`],
  ]),
  ['append to $$log-identity', streamRights('log-identity'), 'write the metadata of log-identity'],
  ['read secret-marks', 'right to read the stream secret-marks', 'read secret-marks'],
  ['read projection-profile-links', 'projection profile-links', 'read projection-profile-links'],
])('the checks name the missing right to %s', async (denied, check, right) => {
  const server = await aServer()
  server.denied.add(denied)
  const lines = await linesOf(server.url)
  expect(lines).toHaveLength(well.length + 1)
  expect(lines.filter((line) => line.includes('failed'))).toEqual([
    `EventStoreDB: ${check}: failed: EventStoreDB: the user of EVENTSTORE_URL may not ${right} ` +
      '(7 PERMISSION_DENIED: Access Denied): see docs/eventstoredb.md',
  ])
})

test('the checks name a projection of an earlier version', async () => {
  const server = await aServer()
  server.projections.set('profile-links', { query: 'of before', emits: true, enabled: true, updates: 0 })
  expect((await linesOf(server.url)).at(-1)).toMatch(
    /^EventStoreDB: projection profile-links: failed: .*install-projections/,
  )
})

test('the checks accept a server that runs no projections and leaves the question unanswered', async () => {
  const server = await aServer()
  server.faults.projections.push('silence')
  expect((await linesOf(server.url)).at(-1)).toBe(
    'EventStoreDB: projection profile-links: ok (not found, or this user may not list projections)',
  )
})

test('the checks of EventStoreDB say that the password is wrong without showing it', async () => {
  const { url } = await aSecuredServer()
  const lines = await linesOf(url('importer:hushhush'))
  expect(lines).toEqual([
    expect.stringMatching(
      /^connection to EventStoreDB: failed: .*UNAUTHENTICATED.*: correct user and password in EVENTSTORE_URL$/,
    ),
  ])
  expect(lines.join()).not.toContain('hushhush')
  expect((await linesOf(url('importer:s3cr%2Ft%40'))).slice(0, -1)).toEqual(well)
})

test('the checks of EventStoreDB say that the server is away', async () => {
  const server = await aServer()
  server.down = true
  expect(await linesOf(server.url)).toEqual([
    expect.stringMatching(
      /^connection to EventStoreDB: failed: .*UNAVAILABLE.*: start the server, or correct EVENTSTORE_URL$/,
    ),
  ])
})

test('the checks of EventStoreDB go on after one that is not answered', async () => {
  const server = await aServer()
  server.faults.appends.push({ tag: 'Unanswered', stream: 'rejectedImports' })
  const lines = await linesOf(server.url)
  expect(lines[3]).toMatch(/rejectedImports: failed: .*no answer before the deadline: start the server/)
  expect(lines).toHaveLength(well.length + 1)
})
