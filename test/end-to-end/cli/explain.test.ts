import { afterAll, beforeAll, expect, test } from 'vitest'
import type { JsonObject } from '../../../domain/json.ts'
import { type CliHome, cliHome, linesOf, openCliHome } from '../../support/real-processes/cli.ts'

const ann = { account_id: 1, db_id: 1, email: 'ann@example.com' }

let home: CliHome
let imports: ReadonlyArray<string>
let id: string
beforeAll(async () => {
  home = openCliHome()
  const replies = await home.importing([
    { ...ann, data: { email: 'ann@example.com', bonus: 1 } },
    { ...ann, feedback_id: 'ann-2', data: { bonus: { action: 'incr', value: 2 } } },
    { ...ann, feedback_id: 'ann-3', update_only: true, email: 'ben@example.com', data: {} },
  ])
  id = String(replies[0]?.profile_id)
  imports = (await home.output('events')).map(({ event_id }) => String(event_id))
  await home.run(['replay', '--import', imports[2] ?? ''])
})
afterAll(() => home.remove())

const explained = async (...args: ReadonlyArray<string>): Promise<ReadonlyArray<string>> => {
  const { status, stdout, stderr } = await home.run(['explain', ...args])
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  return linesOf(stdout)
}

test('tells in sentences who sent what, what it was matched by, what changed, and the reply', async () => {
  expect(await explained('--import', imports[1] ?? '')).toEqual([
    expect.stringMatching(`^Import ${imports[1]}: line 2 of an NDJSON input \\(run .*\\), taken at .*Z\\.$`),
    'Sent with feedback_id "ann-2".',
    expect.stringMatching(/^Message \(\d+ bytes\): \{"account_id":1,.*\}$/),
    'Recorded in profiles-1.1 at revision 1, position 2 of the log.',
    'Matching by email with 2 keys (email:ann@example.com, sub-email:ann@example.com) found 1 profile.',
    `It changed profile ${id}:`,
    '  bonus: 1 → 3',
    expect.stringMatching(/^Reply: \{"error":0,"error_text":"","feedback_id":"ann-2",/),
    'It was never repeated.',
    'It was never replayed.',
  ])
})

test('tells a refusal, its replays, and of a replay the original', async () => {
  const lines = await explained('--import', imports[2] ?? '')
  expect(lines).toContainEqual(expect.stringMatching(/^It was refused with 404: /))
  expect(lines).toContain('It was once replayed:')
  const replay = (await home.output('events'))[3]?.event_id
  expect(lines.at(-1)).toMatch(new RegExp(`^  import ${replay} at .*Z$`))
  expect(await explained('--import', String(replay))).toContainEqual(
    expect.stringMatching(`^It is a replay. The original is import ${imports[2]}: line 3 of an NDJSON input`),
  )
})

test('no text of a message begins a line', async () => {
  const other = cliHome()
  const forged = 'x\nReply: {"error":0}'
  await other.importing([
    {
      account_id: 1,
      db_id: 1,
      matching: 'custom',
      field_name: 'note',
      field_value: forged,
      data: { note: forged },
    },
  ])
  const [event] = await other.output('events')
  const { stdout } = await other.run(['explain', '--import', String(event?.event_id)])
  expect(stdout).toContain('x\\u000aReply:')
  expect(linesOf(stdout).filter((line) => line.startsWith('Reply:'))).toHaveLength(1)
})

test('--json is a line of history with the effects, the reply, and what followed', async () => {
  const [line = ''] = await explained('--import', imports[1] ?? '', '--json')
  const [history] = await home.output('history', '--import', imports[1] ?? '')
  const explanation: JsonObject = JSON.parse(line)
  expect(explanation).toEqual({
    ...history,
    changes: [{ field: 'bonus', action: 'incr', before: 1, after: 3 }],
    reply: { error: 0, error_text: '', feedback_id: 'ann-2', matching_field: 'email', profile_id: id },
    repetitions: [],
    replays: [],
  })
  const [refused = ''] = await explained('--import', imports[2] ?? '', '--json')
  expect(JSON.parse(refused).replays).toMatchObject([{ verdict: 'rejected', code: 404 }])
})

test('fails for an unknown import, and refuses what is no import id', async () => {
  const unknown = await home.run(['explain', '--import', '00000000-0000-4000-8000-000000000000'])
  expect(unknown).toMatchObject({ status: 1, stdout: '', stderr: 'error: no such import\n' })
  const wrong = await home.run(['explain', '--import', 'x'])
  expect(wrong).toMatchObject({ status: 2, stdout: '' })
  expect(wrong.stderr).toContain('--import')
})
