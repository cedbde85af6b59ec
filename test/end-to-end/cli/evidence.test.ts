import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { canonicalJson } from '../../../domain/canonical-json.ts'
import type { JsonObject } from '../../../domain/json.ts'
import { type CliHome, openCliHome, shell, shellCommand } from '../../support/real-processes/cli.ts'

const ann = { account_id: 1, db_id: 1, email: 'ann@example.com' }
const hostile = '</script><script>alert(1)</script><img src=x onerror="alert(1)">\u202e'

let home: CliHome
let id: string
let imports: ReadonlyArray<string>
beforeAll(async () => {
  home = openCliHome()
  const replies = await home.importing([
    { ...ann, data: { email: 'ann@example.com', [hostile]: 'a' } },
    { ...ann, feedback_id: hostile, data: { note: hostile } },
    { ...ann, email: 'x', update_only: true, data: {} },
  ])
  id = String(replies[0]?.profile_id)
  imports = (await home.output('events')).map(({ event_id }) => String(event_id))
  await home.run(['replay', '--import', imports[2] ?? ''])
})
afterAll(() => home.remove())

const file = (name: string) => join(home.folder, name)

const evidence = async (name: string, ...args: ReadonlyArray<string>) => {
  const [printed] = await home.output('evidence', ...args, '--to', name)
  const html = readFileSync(file(name), 'utf8')
  const [, json = ''] = /<script type="application\/json" id="evidence">\n(.*)\n<\/script>/s.exec(html) ?? []
  const data: JsonObject & { readonly events: ReadonlyArray<JsonObject> } = JSON.parse(json)
  return { printed, html, data }
}

test('of a profile: its values with their sources, and each event with its place and hashes', async () => {
  const { printed, html, data } = await evidence('profile.html', '--profile', id)
  expect(printed).toMatchObject({
    file: 'profile.html',
    events: 2,
    bytes: Buffer.byteLength(html),
    sha256: createHash('sha256').update(html).digest('hex'),
  })
  const events = await home.output('events')
  const history = await home.output('history', '--profile', id)
  expect(data).toMatchObject({ title: `Profile ${id}`, log: { epoch: 1 } })
  expect(data.values).toEqual(await home.output('profile', id, '--sources'))
  expect(data.events).toHaveLength(history.length)
  for (const [i, event] of data.events.entries()) {
    expect(event).toMatchObject(events[i] ?? {})
    const { public: known, personal, message } = event
    const sha256 = createHash('sha256')
      .update(canonicalJson({ public: known, personal, message }))
      .digest('hex')
    expect(event.sha256).toBe(sha256)
    expect(html).toContain(
      `epoch 1, position ${event.position}, stream profiles-1.1, revision ${event.revision}`,
    )
    expect(html).toContain(`SHA-256 of the event: ${sha256}`)
    expect(html).toContain(`SHA-256 of the message: ${(personal as JsonObject).sha256}`)
  }
  expect(data.events[1]).toMatchObject({
    effects: { fields: [{ field: 'note', after: hostile }] },
    reply: { error: 0, feedback_id: hostile },
  })
  expect(statSync(file('profile.html')).mode & 0o777).toBe(0o600)
})

test('of an import: also its replays, in words and as data', async () => {
  const { html, data } = await evidence('import.html', '--import', imports[2] ?? '')
  const [explained] = await home.output('explain', '--import', imports[2] ?? '', '--json')
  expect(data.import).toEqual(explained)
  expect(data.events.map(({ public: known }) => (known as JsonObject).replay_of)).toEqual([
    undefined,
    imports[2],
  ])
  expect(html).toMatch(/<p>It was refused with 400: /)
  expect(html).toMatch(/<p>It is a replay\. The original is import /)
})

test('nothing of a message is markup, and nothing is run or fetched', async () => {
  const { html } = await evidence('hostile.html', '--profile', id)
  const elements = new Set([...html.matchAll(/<\/?([a-z!]\w*)/gi)].map(([, name]) => name))
  expect(elements).toEqual(
    new Set([
      ...['!doctype', 'html', 'head', 'meta', 'title', 'style', 'body'],
      ...['h1', 'h2', 'table', 'tr', 'th', 'td', 'p', 'script'],
    ]),
  )
  expect(html.match(/<script/g)).toHaveLength(1)
  expect(html).not.toMatch(/<[^>]*\s(src|href|on\w+)\s*=/i)
  expect(html).not.toContain('\u202e')
  expect(html).toContain(
    `http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'"`,
  )
})

test('an unknown profile or import fails with one line, and leaves no file', async () => {
  const unknown = await home.run(['evidence', '--profile', '0'.repeat(24), '--to', 'unknown.html'])
  expect(unknown).toEqual({ status: 1, stdout: '', stderr: 'error: no such profile\n' })
  const id = '00000000-0000-4000-8000-000000000000'
  const other = await home.run(['evidence', '--import', id, '--to', 'unknown.html'])
  expect(other).toEqual({ status: 1, stdout: '', stderr: 'error: no such import\n' })
  expect(readdirSync(home.folder).filter((name) => name.startsWith('unknown'))).toEqual([])
})

test('wrong usage names the option', async () => {
  home.write('kept.html', 'kept')
  const usage = async (...args: ReadonlyArray<string>) => {
    const { status, stderr } = await home.run(['evidence', ...args])
    expect(status).toBe(2)
    return stderr
  }
  expect(await usage('--profile', id, '--to', 'kept.html')).toBe(
    'error: --to: kept.html: exists already, and is not overwritten\n',
  )
  expect(readFileSync(file('kept.html'), 'utf8')).toBe('kept')
  expect(await usage('--profile', id, '--to', 'none/x.html')).toContain('--to: ')
  expect(await usage('--profile', 'x', '--to', 'x.html')).toContain('--profile')
  expect(await usage('--to', 'x.html')).toContain('--profile, --import')
  expect(await usage('--profile', id)).toContain('--to')
})

test('a file that cannot be written completely is not left behind', async () => {
  const [large] = await home.importing([{ ...ann, db_id: 2, data: { note: 'x'.repeat(60_000) } }])
  // In blocks of 512 bytes: enough for what SQLite keeps beside a file, but not for the page.
  const { status, stderr } = shell(
    home,
    `ulimit -f 80; ${shellCommand('evidence', '--profile', String(large?.profile_id), '--to', 'full.html')}`,
  )
  expect({ status, stderr }).toEqual({ status: 1, stderr: 'error: full.html: cannot be written: EFBIG\n' })
  expect(readdirSync(home.folder).filter((name) => name.startsWith('full'))).toEqual([])
})
