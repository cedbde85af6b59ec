import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { cliHome, parsed } from '../../support/real-processes/cli.ts'

const profileId = '00112233445556778899aabb'
const importId = '00112233-4455-5677-8899-aabbccddeeff'
const message = { account_id: 1, db_id: 1, email: 'old@example.com', data: { _fname: 'Old', visits: 4 } }

const body = JSON.stringify(message)

/** As recorded by the first version of the program: no schema_version, no properties, `fields` instead of `changes`. */
const storedV0 = {
  stream: 'profiles-1.1',
  revision: 0,
  event_id: importId,
  type: 'ProfileCreated',
  data: JSON.stringify({
    account_id: 1,
    db_id: 1,
    profile_id: profileId,
    fields: { email: 'old@example.com', _fname: 'Old', visits: 4 },
  }),
  metadata: JSON.stringify({
    import_id: importId,
    time: '2020-01-31T12:00:00.000Z',
    source: { kind: 'queue', queue: 'database_import' },
    message: {
      encoding: 'utf8',
      body,
      bytes: Buffer.byteLength(body),
      sha256: createHash('sha256').update(body).digest('hex'),
    },
    feedback_id: 'old',
    matching: 'email',
    skip_triggers: false,
  }),
}

test('every command reads an event of version 0 as it would be recorded today', async () => {
  const home = cliHome()
  await home.importing([])
  home.sql((connection) =>
    connection
      .prepare(
        `INSERT INTO events (stream, revision, event_id, type, data, metadata)
        VALUES (:stream, :revision, :event_id, :type, :data, :metadata)`,
      )
      .run(storedV0),
  )

  const [event] = await home.output('events')
  expect(event).toMatchObject({
    position: '1',
    type: 'ProfileCreated',
    time: '2020-01-31T12:00:00.000Z',
    public: { schema_version: 2, recorded_version: 0, import_id: importId, profile_id: profileId },
  })
  const changes = [
    { field: 'email', action: 'set', value: 'old@example.com' },
    { field: '_fname', action: 'set', value: 'Old' },
    { field: 'visits', action: 'set', value: 4 },
  ]
  expect(event?.personal).toMatchObject({ feedback_id: 'old', changes, subscriptions: [] })
  expect(event?.message).toEqual({ encoding: 'utf8', body })

  const update = { ...message, feedback_id: 'new', data: { visits: { action: 'incr', value: 1 } } }
  expect(await home.importing([update])).toMatchObject([{ error: 0, profile_id: profileId }])
  const profile = { profile_id: profileId, revision: 1, fields: { _fname: 'Old', visits: 5 } }
  expect(await home.output('profile', profileId)).toMatchObject([profile])
  expect(await home.output('history', '--profile', profileId)).toMatchObject([
    { verdict: 'created', feedback_id: 'old', changes, message: { body: JSON.stringify(message) } },
    { verdict: 'updated', feedback_id: 'new' },
  ])
  expect(await home.output('history', '--feedback-id', 'old')).toMatchObject([{ import_id: importId }])

  expect(await home.output('rebuild')).toMatchObject([
    { rebuilt: 'profiles', documents: 1, differences: 0 },
    { rebuilt: 'imports', documents: 2, differences: 0 },
    { rebuilt: 'refusals', documents: 0, differences: 0 },
    { rebuilt: 'search', documents: 2, differences: 0 },
  ])
  expect(await home.output('profile', profileId)).toMatchObject([profile])
  const { status, stdout } = await home.run(['verify'])
  expect(status).toBe(0)
  expect(parsed(stdout)).toMatchObject(Array(4).fill({ differences: 0 }))
})
