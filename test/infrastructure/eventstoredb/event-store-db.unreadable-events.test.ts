import { hash } from 'node:crypto'
import { describe, expect, onTestFinished, test } from 'vitest'
import { importIdOf } from '../../../application/import-id.ts'
import { profileIdOf } from '../../../domain/ids.ts'
import type { JsonObject } from '../../../domain/json.ts'
import { databaseStream } from '../../../domain/streams.ts'
import { aDatabase, anImportId, aTime } from '../../support/builders/event-builders.ts'
import { buildMessage, bytesOf } from '../../support/builders/message-builders.ts'
import { aServer, opened } from '../../support/eventstoredb/opened.ts'
import type { StandIn } from '../../support/eventstoredb/stand-in/stand-in.ts'
import { type Message, Pipeline, queue } from '../../support/pipeline/pipeline.ts'
import { cliHome, ndjson, parsed } from '../../support/real-processes/cli.ts'
import { unfinish } from '../../support/real-processes/unfinished-run.ts'

const stream = databaseStream(aDatabase(1, 7))
const increase = (id: string, name: string, data: JsonObject = {}): Message => ({
  body: bytesOf(
    buildMessage({ email: `${name}@example.com`, data: { bonus: { action: 'incr', value: 1 }, ...data } }),
  ),
  properties: { message_id: id },
})

/** An importer with separate read models, built from what the server holds. */
const importing = async (server: StandIn, messages: ReadonlyArray<Message>) => {
  const pipeline = new Pipeline({ stores: { eventStore: opened(server.url) } })
  onTestFinished(() => pipeline.close())
  const before = (await pipeline.events()).length
  await pipeline.import(messages, 10)
  return {
    pipeline,
    events: (await pipeline.events()).slice(before).map(({ event }) => event),
  }
}

/** The create of a message, as recorded by version 1. */
const version1 = ({ body, properties = {} }: Message) => {
  const import_id = importIdOf({ kind: 'queue', queue }, properties) ?? anImportId(0)
  const text = Buffer.from(body).toString()
  const data = { ...aDatabase(1, 7), profile_id: profileIdOf(import_id), changes: [], subscriptions: [] }
  const sha256 = hash('sha256', body, 'hex')
  const metadata = {
    ...{ schema_version: 1, import_id, time: aTime(), source: { kind: 'queue', queue }, properties },
    ...{ message: { encoding: 'utf8', body: text, bytes: body.length, sha256 }, feedback_id: '' },
    ...{ matching: 'email', skip_triggers: false },
  }
  return {
    id: import_id,
    type: 'ProfileCreated',
    contentType: 'application/json',
    data: Buffer.from(JSON.stringify(data)),
    metadata: Buffer.from(JSON.stringify(metadata)),
  }
}

const outcomes = [
  ['a create', 0, { public: { first_verdict: 'created', code: 0 }, personal: { reasons: [] } }],
  [
    'an update',
    1,
    {
      public: { first_verdict: 'rejected', code: 500, reason_tags: ['OutcomeUnreadable'] },
      personal: { reasons: [{ tag: 'OutcomeUnreadable' }] },
    },
  ],
] as const

describe('the import of a redacted event stays known by the event id', () => {
  const first = [increase('create', 'ann'), increase('update', 'ann'), increase('other', 'ben')]

  test.each(outcomes)('of %s: its message sent again is a repetition', async (_, revision, outcome) => {
    const server = await aServer()
    await importing(server, first)
    server.log.redact(stream, revision)
    const again = first[revision]
    if (again === undefined) throw new Error('no message')
    const { events } = await importing(server, [again, increase('new', 'ben')])
    expect(events).toMatchObject([
      { type: 'ImportRepeated', ...outcome },
      { type: 'ProfileUpdated', personal: { changes: [{ field: 'bonus', value: 2 }] } },
    ])
  })

  test.each(['data', 'all'] as const)(
    'redelivered, the message is answered as a repetition: %s',
    async (what) => {
      const server = await aServer()
      await importing(server, first)
      server.log.redact(stream, 1, what)
      const { pipeline, events } = await importing(server, [
        { ...first[1], body: first[1]?.body ?? new Uint8Array(), redelivered: true },
      ])
      expect(events).toMatchObject([{ type: 'ImportRepeated' }])
      expect((await pipeline.replies()).slice(0, 3)).toMatchObject([
        { verdict: 'created' },
        { verdict: 'rejected', body: { error: 500 }, source: undefined },
        { verdict: 'created' },
      ])
    },
  )

  test('a redelivered message is done if its event says whom to answer, as in version 1', async () => {
    const server = await aServer()
    const message = increase('create', 'ann')
    server.log.append(stream, -1, [version1(message)])
    server.log.redact(stream, 0)
    const { pipeline, events } = await importing(server, [{ ...message, redelivered: true }])
    expect(events).toEqual([])
    expect(await pipeline.replies()).toMatchObject([{ verdict: 'created', source: { kind: 'queue' } }])
  })

  test('another body under its id is refused if the hash is intact, as in version 1', async () => {
    const server = await aServer()
    server.log.append(stream, -1, [version1(increase('create', 'ann'))])
    server.log.redact(stream, 0)
    const { events } = await importing(server, [increase('create', 'ann'), increase('create', 'eve')])
    expect(events).toMatchObject([
      { type: 'ImportRepeated' },
      { type: 'ImportRejected', personal: { reasons: [{ tag: 'MessageIdReused' }] } },
    ])
  })

  test.each(['data', 'all'] as const)(
    'where the hash is gone too, whatever comes under its id is a repetition: %s',
    async (what) => {
      const server = await aServer()
      await importing(server, first)
      server.log.redact(stream, 0, what)
      const { events } = await importing(server, [increase('create', 'ann'), increase('create', 'eve')])
      expect(events).toMatchObject([{ type: 'ImportRepeated' }, { type: 'ImportRepeated' }])
    },
  )
})

describe('the commands on a log in EventStoreDB', () => {
  const line = (email: string): JsonObject => ({ account_id: 1, db_id: 7, email, data: { n: 1 } })
  const givenHome = async () => {
    const server = await aServer()
    const env = { EVENTSTORE_URL: server.url }
    const home = cliHome()
    await home.importing([line('ann@example.com'), line('ann@example.com'), line('ben@example.com')], env)
    return { server, home, env }
  }

  test('continue without a redacted create, and report it', async () => {
    const { server, home, env } = await givenHome()
    server.log.redact(stream, 0)
    const told = { differences: 0, unreadable: 1, unreadable_examples: [{ stream, type: 'ProfileCreated' }] }
    const verified = await home.run(['verify'], { env })
    expect({ status: verified.status, results: parsed(verified.stdout) }).toMatchObject({
      status: 0,
      results: [
        { ...told, outlasting: 1 },
        { ...told, outlasting: 1 },
        { ...told, outlasting: 0 },
        { ...told, outlasting: 1 },
      ],
    })
    const rebuilt = await home.run(['rebuild'], { env })
    expect(parsed(rebuilt.stdout)).toMatchObject([
      { rebuilt: 'profiles', documents: 1, ...told },
      { rebuilt: 'imports', documents: 3, ...told },
      { rebuilt: 'refusals', documents: 0, ...told },
      { rebuilt: 'search', documents: 2, ...told },
    ])
    expect(await home.importing([line('ben@example.com')], env)).toMatchObject([{ error: 0 }])
    expect(parsed((await home.run(['status'], { env })).stdout)).toMatchObject([
      { unreadable: { events: 1 } },
    ])
  })

  test('resume a run that still has to answer redacted events', async () => {
    const { server, home, env } = await givenHome()
    const file = home.write(
      'in.ndjson',
      ndjson(['eve', 'eve', 'eve'].map((name) => line(`${name}@example.com`))),
    )
    await home.run(['import', file], { env })
    await unfinish(home, file, env)
    server.log.redact(stream, 4)
    server.log.redact(stream, 5, 'all')
    const { status, stdout } = await home.run(['import', '--resume', file], { env })
    expect({ status, replies: parsed(stdout) }).toMatchObject({
      status: 0,
      replies: [
        { error: 0, matching_field: 'email' },
        { error: 500, matching_field: '' },
        { error: 500, matching_field: '' },
      ],
    })
  })

  test('stop before an event of a newer program, until its position is skipped', async () => {
    const { server, home, env } = await givenHome()
    const body = { contentType: 'application/json', data: Buffer.from('{}'), metadata: Buffer.from('{}') }
    server.log.append(stream, 2, [
      { id: '00000000-0000-4000-8000-000000000009', type: 'ProfileErased', ...body },
    ])
    const input = `${JSON.stringify(line('eve@example.com'))}\n`
    const stopped = await home.run(['import'], { env, input })
    expect(stopped).toMatchObject({ status: 1, stdout: '' })
    const position = /position (\d+\/\d+), of type ProfileErased/.exec(stopped.stderr)?.[1]
    expect(position).toBeDefined()
    const passing = { ...env, PASS_OVER: position ?? '' }
    expect(await home.importing([line('eve@example.com')], passing)).toMatchObject([{ error: 0 }])
    expect((await home.run(['verify'], { env: passing })).status).toBe(0)
  })
})
