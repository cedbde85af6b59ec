import { describe, expect, test } from 'vitest'
import type { JsonObject } from '../../../domain/json.ts'
import { type CliHome, cliHome, ndjson, parsed } from '../../support/real-processes/cli.ts'
import { unfinish } from '../../support/real-processes/unfinished-run.ts'

const person = (email: string, data: JsonObject = {}): JsonObject => ({
  account_id: 1,
  db_id: 1,
  email,
  data: { visits: { action: 'incr', value: 1 }, ...data },
})
const [ann, ben, eve] = ['ann', 'ben', 'eve'].map((name) => `${name}@example.com`) as [string, string, string]

/** Creates ann, updates ann, creates ben; returns the profile ids. */
const given = async (): Promise<{ home: CliHome; annId: string; benId: string }> => {
  const home = cliHome()
  const replies = await home.importing([person(ann), person(ann, { _fname: 'Ann' }), person(ben)])
  return { home, annId: String(replies[0]?.profile_id), benId: String(replies[2]?.profile_id) }
}

const update = (home: CliHome, position: number, set: string, ...values: ReadonlyArray<string>): void =>
  home.sql((connection) => {
    const { changes } = connection
      .prepare(`UPDATE events SET ${set} WHERE position = ?`)
      .run(...values, position)
    expect(changes).toBe(1)
  })
/** Damages only the changes: the context remains readable. */
const damage = (home: CliHome, position: number): void =>
  update(home, position, "personal = json_remove(personal, '$.changes')")
/** Lets an update name another profile. */
const redirect = (home: CliHome, position: number, profileId: string): void =>
  update(home, position, "public = json_set(public, '$.profile_id', ?)", profileId)
const erase = (home: CliHome, position: number, part: string, value = '{"redacted"'): void =>
  update(home, position, `${part} = ?`, value)

/** Whatever the first digit of the id is. */
const otherEventId = "iif(event_id LIKE 'f%', '0', 'f') || substr(event_id, 2)"

/** The line of an event that cannot be read. */
const nothing = { public: null, personal: null, message: null }

const find = async (home: CliHome, email: string) => {
  const { status, stdout } = await home.run(['find', '--account', '1', '--db', '1', '--email', email])
  return status === 0 ? parsed(stdout)[0] : undefined
}
const verifying = async (home: CliHome) => {
  const { status, stdout, stderr } = await home.run(['verify'])
  return { status, results: parsed(stdout), stderr }
}
const dropReadModel = (home: CliHome) =>
  home.sql((connection) =>
    connection.exec(`DELETE FROM read_model.projections; DELETE FROM read_model.generations;
      DELETE FROM read_model.revisions; DROP TABLE read_model.profiles_1; DROP TABLE read_model.profile_keys_1;
      DROP TABLE read_model.imports_1; DROP TABLE read_model.refusals_1;
      DROP TABLE read_model.search_1; DROP TABLE read_model.search_terms_1; DROP TABLE read_model.search_times_1`),
  )

describe('a damaged event', () => {
  test('that created a profile removes that profile; all others continue, even after a rebuild', async () => {
    const { home, annId, benId } = await given()
    damage(home, 1)
    dropReadModel(home)
    expect(await home.importing([person(ben), person(ann), person(eve)])).toMatchObject([
      { error: 0, profile_id: benId },
      { error: 0, profile_id: expect.not.stringContaining(annId) },
      { error: 0 },
    ])
    expect(await find(home, ben)).toMatchObject({ profile_id: benId, fields: { visits: 2 } })
    expect(await find(home, ann)).toMatchObject({ fields: { visits: 1 } })
    expect((await home.run(['profile', annId])).status).toBe(1)

    const place = { position: '1', stream: 'profiles-1.1', type: 'ProfileCreated' }
    expect(await home.output('status')).toMatchObject([{ unreadable: { events: 1, examples: [place] } }])
    const told = { unreadable: 1, unreadable_examples: [place], outlasting: 0, differences: 0 }
    expect(await home.output('rebuild')).toMatchObject([
      { rebuilt: 'profiles', documents: 3, ...told },
      { rebuilt: 'imports', documents: 6, ...told },
      { rebuilt: 'refusals', documents: 0, ...told },
      { rebuilt: 'search', documents: 5, ...told },
    ])
    const { status, results, stderr } = await verifying(home)
    expect({ status, results }).toMatchObject({ status: 0, results: [told, told, told, told] })
    expect(stderr).toBe('1 event of the log cannot be read:\n  position 1: ProfileCreated in profiles-1.1\n')
  })

  test.each(['public', 'personal', 'message'])(
    'without its %s part is skipped individually',
    async (part) => {
      const { home, annId } = await given()
      erase(home, 2, part)
      await home.output('rebuild')
      expect(await find(home, ann)).toMatchObject({ profile_id: annId, fields: { visits: 1 } })
      await home.importing([person(ann)])
      expect(await find(home, ann)).toMatchObject({ profile_id: annId, fields: { visits: 2 } })
      expect((await verifying(home)).status).toBe(0)
    },
  )

  test.each([
    ['created', 1, damage],
    ['changed', 2, damage],
    ['created under another id', 1, (home: CliHome) => update(home, 1, `event_id = ${otherEventId}`)],
    ['changed under another type', 2, (home: CliHome) => update(home, 2, "type = 'ImportRejected'")],
    ['changed under the id of no profile', 2, (home: CliHome) => redirect(home, 2, 'f'.repeat(24))],
  ])(
    'is reported, but not as a difference, if the live read model still shows what it %s',
    async (_, position, change) => {
      const { home, annId } = await given()
      await home.importing([person(ann)])
      change(home, position)
      expect(await home.output('profile', annId)).toMatchObject([{ fields: { visits: 3 } }])
      const { status, results, stderr } = await verifying(home)
      expect({ status, results }).toMatchObject({
        status: 0,
        results: [
          { projection: 'profiles', differences: 0, unreadable: 1, outlasting: 1 },
          { projection: 'imports', differences: 0, unreadable: 1, outlasting: 1 },
          { projection: 'refusals', differences: 0, unreadable: 1, outlasting: 0 },
          { projection: 'search', differences: 0, unreadable: 1, outlasting: 1 },
        ],
      })
      expect(stderr).toContain(
        'profiles: 1 document still shows the effect of these events; run `rebuild` to remove it',
      )
      expect(await find(home, ann)).toMatchObject({ profile_id: annId, fields: { visits: 3 } })
      await home.output('rebuild')
      expect((await verifying(home)).results).toMatchObject([
        { outlasting: 0 },
        { outlasting: 0 },
        { outlasting: 0 },
        { outlasting: 0 },
      ])
      // An increment is recorded with its result.
      expect((await find(home, ann))?.fields).toEqual(position === 1 ? undefined : { email: ann, visits: 3 })
    },
  )

  test.each([
    `event_id = 'x'`,
    `event_id = ''`,
    `event_id = x'ff'`,
    'event_id = upper(event_id)',
    `type = ''`,
  ])('with %s is counted by status as by verify', async (set) => {
    const { home } = await given()
    update(home, 2, set)
    dropReadModel(home)
    await home.importing([person(ann), person(ben)])
    const unreadable = { events: 1, examples: [{ position: '2', stream: 'profiles-1.1' }] }
    expect(await home.output('status')).toMatchObject([{ unreadable }])
    const told = { differences: 0, unreadable: 1, outlasting: 0 }
    const { status, results } = await verifying(home)
    expect({ status, results }).toMatchObject({ status: 0, results: [told, told, told, told] })
  })

  test('that updated a profile, with its id changed into that of a later profile, is counted and changes nothing', async () => {
    const { home, annId, benId } = await given()
    redirect(home, 2, benId)
    const place = { position: '2', stream: 'profiles-1.1', type: 'ProfileUpdated' }
    const told = { differences: 0, unreadable: 1, unreadable_examples: [place], outlasting: 0 }
    expect(await home.output('rebuild')).toMatchObject([told, told, told, told])
    expect(await home.output('status')).toMatchObject([{ unreadable: { events: 1, examples: [place] } }])
    expect(await home.importing([person(ann), person(ben)])).toMatchObject([
      { error: 0, profile_id: annId },
      { error: 0, profile_id: benId },
    ])
    expect(await find(home, ann)).toMatchObject({ profile_id: annId, fields: { visits: 2 } })
    expect(await find(home, ben)).toMatchObject({ profile_id: benId, fields: { visits: 2 } })
    expect((await verifying(home)).results).toMatchObject([told, told, told, told])
  })

  test('hides no other difference of its database', async () => {
    const { home, benId } = await given()
    damage(home, 2)
    home.sql((connection) =>
      connection.exec(`UPDATE read_model.profiles_1 SET state = replace(state, '"visits":1', '"visits":9')
        WHERE profile_id = '${benId}'`),
    )
    expect(await verifying(home)).toMatchObject({
      status: 1,
      results: [
        { differences: 1, examples: [{ id: benId, problem: 'different' }], outlasting: 1 },
        {},
        {},
        {},
      ],
    })
  })

  test('without readable parts shows no content, and its import is reported but not replayed', async () => {
    const { home, annId } = await given()
    for (const part of ['public', 'personal', 'message']) erase(home, 2, part, `{"feedback_id": "${ann}`)
    await home.output('rebuild')
    const [, changed] = await home.output('history', '--profile', annId)
    expect(changed).toBeUndefined()
    const [, event] = await home.output('events')
    expect(event).toMatchObject({ position: '2', type: 'ProfileUpdated', ...nothing })
    expect(JSON.stringify(event)).not.toContain('ann')
    const id = String(event?.event_id)
    expect(await home.output('history', '--import', id)).toMatchObject([{ position: '2', ...nothing }])
    const { status, stderr } = await home.run(['replay', '--import', id])
    expect({ status, stderr }).toEqual({
      status: 1,
      stderr: expect.stringContaining('1 message not replayed: the event is unreadable'),
    })
  })

  const deep = `${'['.repeat(50_000)}${']'.repeat(50_000)}`
  test.each([
    [
      'of another database than its stream',
      'public',
      (part: string) => part.replace('"db_id":1', '"db_id":2'),
    ],
    [
      'of another profile than its id',
      'public',
      (part: string) => part.replace(/"profile_id":".{24}/, `"profile_id":"${'0'.repeat(24)}`),
    ],
    [
      'deeper than anything that is written',
      'personal',
      (part: string) => part.replace(/"value":"[^"]*"/, `"value":${deep}`),
    ],
  ])('%s is damaged although it has the form of an event', async (_, part, change) => {
    const { home, benId } = await given()
    const [created] = await home.output('events')
    const text = JSON.stringify(created?.[part])
    expect(change(text)).not.toBe(text)
    erase(home, 1, part, change(text))
    expect(await home.output('rebuild')).toMatchObject([
      { documents: 1, differences: 0, unreadable: 1 },
      { documents: 3, differences: 0, unreadable: 1 },
      { documents: 0, differences: 0, unreadable: 1 },
      { documents: 2, differences: 0, unreadable: 1 },
    ])
    expect(await home.importing([person(ann), person(ben)])).toMatchObject([
      { error: 0 },
      { error: 0, profile_id: benId },
    ])
    expect((await verifying(home)).status).toBe(0)
    expect((await home.output('events'))[0]).toMatchObject({ type: 'ProfileCreated', public: null })
  })

  test('without any read model does not delay an unrelated import', async () => {
    const { home } = await given()
    for (const position of [1, 2, 3]) erase(home, position, 'public', 'null')
    dropReadModel(home)
    expect(await home.importing([person(ann), person(ben)])).toMatchObject([{ error: 0 }, { error: 0 }])
    expect(await home.output('status')).toMatchObject([{ unreadable: { events: 3 } }])
  })
})

describe('a run killed before it answered events that were then damaged', () => {
  const told = (n: number) => ({ feedback_id: `f-${n}`, matching_field: 'email' })
  const untold = { feedback_id: '', matching_field: '' }
  const unreadable = { error: 500, profile_id: '' }

  test.each([
    ['by a read model from before', 6, async () => {}],
    ['by a read model from after', 8, (home: CliHome) => home.output('rebuild')],
  ])('continues with --resume, and each line has one reply: %s', async (_, events, prepare) => {
    const home = cliHome()
    const lines = [ann, ann, ben, ben, eve, eve].map((email, n) => ({
      ...person(email),
      feedback_id: `f-${n + 1}`,
    }))
    const file = home.write('in.ndjson', ndjson(lines))
    const ids = (await home.output('import', file)).map(({ profile_id }) => profile_id)
    await unfinish(home, file)
    for (const position of [1, 2, 3, 4]) damage(home, position)
    for (const position of [3, 4]) erase(home, position, 'public')
    await prepare(home)
    expect(await home.output('import', '--resume', file)).toMatchObject([
      { ...told(1), error: 0, profile_id: ids[0] },
      { ...told(2), ...unreadable },
      { ...untold, error: 0, profile_id: ids[2] },
      { ...untold, ...unreadable },
      { ...told(5), error: 0, profile_id: ids[4] },
      { ...told(6), error: 0, profile_id: ids[4] },
    ])
    // Repetitions only of those that have lost their metadata.
    expect(await home.output('events')).toHaveLength(events)
  })
})

describe('a run that was killed before it answered, with the source of its events changed since', () => {
  const source = (home: CliHome, position: number, member: 'run' | 'line', value: string | number) =>
    home.sql((connection) =>
      connection
        .prepare(`UPDATE events SET public = json_set(public, ?, ?) WHERE position = ?`)
        .run(`$.source.${member}`, value, position),
    )

  test.each([
    ['by a read model from before', async () => {}],
    ['by a read model from after', (home: CliHome) => home.output('rebuild')],
  ])('continues with --resume, and each line gets its own reply, %s', async (_, prepare) => {
    const home = cliHome()
    const lines = [1, 2, 3, 4, 5, 6].map((n) => ({ ...person(`${n}@example.com`), feedback_id: `f-${n}` }))
    const file = home.write('in.ndjson', ndjson(lines))
    const replies = await home.output('import', file)
    await unfinish(home, file)
    source(home, 1, 'line', 3)
    source(home, 2, 'run', 'another')
    source(home, 3, 'line', 99)
    source(home, 4, 'line', 4.5)
    await prepare(home)
    expect(await home.output('import', '--resume', file)).toEqual(replies)
    expect(await home.output('events')).toHaveLength(6)
  })
})

describe('a kept message that does not match its SHA-256', () => {
  test('counts as a difference', async () => {
    const { home } = await given()
    const [event] = await home.output('events')
    home.sql((connection) =>
      connection.exec(`UPDATE events SET message = replace(message, 'ann@', 'eve@') WHERE position = 1`),
    )
    expect(await verifying(home)).toMatchObject({
      status: 1,
      results: [
        { differences: 0 },
        { differences: 1, examples: [{ id: event?.event_id, problem: 'changed message' }] },
        { differences: 0 },
        { differences: 0 },
      ],
    })
  })
})

describe('an event of a newer program', () => {
  const later = (home: CliHome, position: number) =>
    home.sql((connection) =>
      connection.exec(
        `UPDATE events SET public = json_set(public, '$.schema_version', 3) WHERE position = ${position}`,
      ),
    )
  const line = (position: number, type: string, problem: string) =>
    `error: the event at position ${position}, of type ${type} in profiles-1.1, was written by a newer version of ` +
    `profile-importer (${problem}): use that version, or set PASS_OVER=${position} to skip this event\n`

  test('stops importing and projecting with one line; read-only commands show it', async () => {
    const { home } = await given()
    later(home, 2)
    dropReadModel(home)
    const stopped = {
      status: 1,
      stderr: line(2, 'ProfileUpdated', 'schema_version: 3 is unknown'),
    }
    expect(await home.run(['import'], { input: `${JSON.stringify(person(eve))}\n` })).toMatchObject(stopped)
    expect(await home.run(['rebuild'])).toMatchObject(stopped)
    expect(await home.output('events')).toMatchObject([
      { type: 'ProfileCreated' },
      { type: 'ProfileUpdated', ...nothing, problem: 'schema_version: 3 is unknown' },
      { type: 'ProfileCreated' },
    ])
  })

  test('of an unknown type stops them too, even after an up-to-date read model', async () => {
    const { home } = await given()
    home.sql((connection) =>
      connection.exec(`INSERT INTO events SELECT 4, stream, 3, ${otherEventId}, 'ProfileErased', data, metadata,
        public, personal, message FROM events WHERE position = 3`),
    )
    expect(await home.run(['import'], { input: `${JSON.stringify(person(eve))}\n` })).toMatchObject({
      status: 1,
      stdout: '',
      stderr: line(4, 'ProfileErased', 'type: unknown'),
    })
    expect(await home.output('status')).toMatchObject([{ log: { end: '4' }, profiles: { checkpoint: '3' } }])
    expect((await verifying(home)).status).toBe(0)
  })

  test('is skipped if PASS_OVER names it, and another read model is built', async () => {
    const { home } = await given()
    later(home, 2)
    dropReadModel(home)
    const env = { PASS_OVER: '2' }
    expect(await home.importing([person(ann)], env)).toMatchObject([{ error: 0 }])
    const told = await home.run(['status'], { env })
    expect(parsed(told.stdout)).toMatchObject([{ pass_over: ['2'], unreadable: { events: 1 } }])
    expect(told.stderr).toBe('')
    const { stdout } = await home.run(['find', '--account', '1', '--db', '1', '--email', ann], { env })
    expect(parsed(stdout)).toMatchObject([{ fields: { visits: 2 } }])
    expect((await home.run(['verify'], { env })).status).toBe(0)
    // Without the setting, it is another read model.
    const { status: without, stderr } = await home.run(['verify'])
    expect({ without, stderr }).toEqual({
      without: 1,
      stderr: expect.stringContaining('built by another version'),
    })
  })

  test('status reports needless positions in PASS_OVER and ignores duplicates', async () => {
    const { home } = await given()
    later(home, 3)
    dropReadModel(home)
    expect((await home.run(['import'], { input: '' })).status).toBe(1)
    const { status, stdout, stderr } = await home.run(['status'], { env: { PASS_OVER: '3,2,3,9,2' } })
    // The projections have not reached the third, so it may be one of those.
    expect({ status, parsed: parsed(stdout) }).toMatchObject({
      status: 0,
      parsed: [{ log: { end: '3' }, imports: { checkpoint: '2' }, pass_over: ['3', '2', '9'] }],
    })
    expect(stderr).toBe(
      ['2', '9']
        .map(
          (position) =>
            `PASS_OVER lists position ${position}, but the event there can be read or does not exist\n`,
        )
        .join(''),
    )
  })

  test.each(['two', '1,,2', '-1', '01', ''])(
    'PASS_OVER=%j is a mistake if it is not a list of positions',
    async (text) => {
      const home = cliHome()
      await home.importing([])
      const { status, stderr } = await home.run(['status'], { env: { PASS_OVER: text } })
      // Set but empty counts as not set.
      expect({ status, isTold: stderr.includes('PASS_OVER: must be positions') }).toEqual(
        text === '' ? { status: 0, isTold: false } : { status: 2, isTold: true },
      )
    },
  )
})
