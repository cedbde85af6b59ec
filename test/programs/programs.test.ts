import { spawnSync } from 'node:child_process'
import { expect, test } from 'vitest'

const run = (file: string, option: string) =>
  spawnSync(process.execPath, ['--import', import.meta.resolve('tsx'), file, option], { encoding: 'utf8' })

test.each([
  ['simulate', 'test/programs/simulation/processes/simulate.ts', '--seeds <n>'],
  ['fuzz', 'test/programs/fuzz/fuzz.ts', '--inputs <n>'],
  ['load', 'test/programs/load/load.ts', '--backlog <n>'],
  ['torture', 'test/programs/torture/torture.ts', '--minutes <n>'],
  ['bench', 'bench/bench.ts', '--only <list>'],
])('%s prints its usage if asked, and refuses an unknown option', (name, file, option) => {
  const { status, stdout, stderr } = run(file, '--help')
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  expect(stdout).toContain(`Usage: npm run ${name} -- [options]`)
  expect(stdout).toContain(option)
  expect(run(file, '--sed')).toMatchObject({
    status: 2,
    stdout: '',
    stderr: "error: unknown option '--sed'\n",
  })
})
