import { beforeEach, describe, expect, test } from 'vitest'
import type { JsonObject } from '../../../domain/json.ts'
import { type CliHome, cliHome, shell, shellCommand, shellLacks } from '../../support/real-processes/cli.ts'

const message: JsonObject = { account_id: 1, db_id: 1, email: 'ann@example.com', data: { CRM_ID: 'c1' } }
const databases = (match: boolean) =>
  JSON.stringify({
    databases: [{ account_id: 1, db_id: 1, fields: { CRM_ID: { type: 'string', match } } }],
  })

let home: CliHome
/** Definitions under which the read model is of another version. */
let others: { DATABASES_FILE: string }
beforeEach(async () => {
  home = cliHome()
  await home.importing([message], { DATABASES_FILE: home.write('databases.json', databases(false)) })
  others = { DATABASES_FILE: home.write('others.json', databases(true)) }
})

const generations = async () => {
  const [status] = await home.output('status')
  const { profiles, imports } = status ?? {}
  return { profiles, imports }
}
const first = { profiles: { generation: 1, building: [] }, imports: { generation: 1, building: [] } }
const told =
  /^profiles(?:, search)?: this command builds another version than the live one\.\n.*a running service or import ends at its next message/

test('rebuild does not ask while nothing uses the data folder', async () => {
  expect(await home.run(['rebuild', 'profiles'], { env: others })).toMatchObject({ status: 0, stderr: '' })
  expect(await generations()).toMatchObject({ ...first, profiles: { generation: 2 } })
})

describe('while another process uses the data folder', () => {
  beforeEach(async () => {
    await home.start(['events', '--follow']).waitForLines(1)
  })

  test('rebuild changes nothing if there is nobody to ask, and does not ask with --yes', async () => {
    const refused = await home.run(['rebuild'], { env: others })
    expect(refused).toMatchObject({ status: 2, stdout: '' })
    expect(refused.stderr).toMatch(told)
    expect(refused.stderr).toMatch(/\nerror: nothing was rebuilt: add --yes [^\n]+\n$/)
    expect(await generations()).toMatchObject(first)

    const done = await home.run(['rebuild', 'profiles', '--yes'], { env: others })
    expect(done.status).toBe(0)
    expect(done.stderr).toMatch(told)
    expect(await generations()).toMatchObject({ ...first, profiles: { generation: 2 } })
  })

  test('rebuild does not ask about a read model whose version stays the same', async () => {
    expect(await home.run(['rebuild', 'imports'], { env: others })).toMatchObject({ status: 0, stderr: '' })
  })

  test('rebuild says of a read model that imports do not need that the service goes on without it', async () => {
    const { status, stderr } = await home.run(['rebuild', 'refusals'], { env: { PASS_OVER: '7' } })
    expect({ status, stderr }).toEqual({
      status: 2,
      stderr: expect.stringContaining('a running service or import no longer updates it'),
    })
  })

  test.skipIf(shellLacks('script')).each([
    ['n', 1, 1],
    ['', 1, 1],
    ['y', 0, 2],
  ])('on a terminal, rebuild takes the answer "%s"', async (answer, expected, generation) => {
    const command = `DATABASES_FILE=others.json ${shellCommand('rebuild', 'profiles')}`
    const { status, stdout } = shell(home, `printf '${answer}\\n' | script -qec "${command}" /dev/null`)
    expect(stdout).toContain('Continue? [y/N] ')
    expect(status).toBe(expected)
    expect(await generations()).toMatchObject({ ...first, profiles: { generation } })
  })
})
