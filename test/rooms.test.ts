import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const rooms = ['domain', 'application', 'projections', 'reactors', 'service', 'infrastructure']
const root = join(import.meta.dirname, '..')

test.each(rooms)(
  'a suite of %s has the name of a file there, and may add the aspect that it tests',
  (room) => {
    const suites = readdirSync(join(root, 'test', room), { recursive: true, encoding: 'utf8' }).filter(
      (name) => name.endsWith('.test.ts'),
    )
    const tested = (suite: string) => join(root, room, suite.replace(/(\.[^./]+)?\.test\.ts$/, '.ts'))
    expect(suites.length).toBeGreaterThan(0)
    expect(suites.filter((suite) => !existsSync(tested(suite)))).toEqual([])
  },
)

test.each(rooms)('a file of %s has at most 150 lines', (room) => {
  const files = readdirSync(join(root, room), { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.ts'),
  )
  const lines = (file: string) => readFileSync(join(root, room, file), 'utf8').match(/\n/g)?.length ?? 0
  expect(files.length).toBeGreaterThan(0)
  expect(files.filter((file) => lines(file) > 150)).toEqual([])
})
