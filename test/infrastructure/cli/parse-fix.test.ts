import { expect, test } from 'vitest'
import { addSet, addUnset, fixesIn } from '../../../infrastructure/cli/parse-fix.ts'

const set = (path: ReadonlyArray<string>, json: string) => ({ action: 'set', path, json })

test.each([
  ['data.age=30', set(['data', 'age'], '30')],
  ['data.list.0= [1, "="] ', set(['data', 'list', '0'], '[1, "="]')],
  ['["data","a.b"]=1.50', set(['data', 'a.b'], '1.50')],
  ['["data","a]=b"]={"c":"]="}', set(['data', 'a]=b'], '{"c":"]="}')],
  ['constructor=null', set(['constructor'], 'null')],
])('--set %s', (text, fix) => {
  expect(addSet(text)).toEqual([fix])
})

test('several are in the order in which they were given, and removals come first', () => {
  const [one, two, three] = [set(['a'], '1'), set(['b'], '2'), { action: 'unset', path: ['c', 'd'] }]
  const sets = addSet('b=2', addSet('a=1'))
  expect(sets).toEqual([one, two])
  expect(fixesIn(addUnset('c.d'), sets)).toEqual([three, one, two])
  expect(fixesIn(undefined, undefined)).toEqual([])
})

test('elements of a list are removed from its end, so that the places of others do not change', () => {
  const given = ['a.l.0', 'a.l.10', 'a.l.2', 'a.k', 'a', 'a.l.2.x']
  const unset = given.reduce<ReturnType<typeof addUnset>>((earlier, text) => addUnset(text, earlier), [])
  const order = fixesIn(unset).map(({ path }) => path.join('.'))
  expect(order.filter((path) => path.startsWith('a.l'))).toEqual(['a.l.10', 'a.l.2.x', 'a.l.2', 'a.l.0'])
  expect(order.at(-1)).toBe('a')
})

const aPath =
  'a path is names separated by dots, such as data.address.city, or a list of names as JSON if a name contains a dot: ' +
  '["data","address.city"]'

test.each([
  ['data.name', '--set: must be PATH=JSON'],
  ['["data"', '--set: must be PATH=JSON'],
  [
    'data.name=Private',
    `--set: the value must be JSON; a text needs its own quotation marks: --set 'data._fname="Ann"'`,
  ],
  ['data..name=1', `--set: ${aPath}`],
  ['=1', `--set: ${aPath}`],
  ['["data",1]=1', `--set: ${aPath}`],
  ['[]=1', `--set: ${aPath}`],
])('--set %s is refused', (text, error) => {
  expect(() => addSet(text)).toThrow(new Error(error))
})

test('--unset without a path is refused, and so are more fixes than a message may carry', () => {
  expect(() => addUnset('')).toThrow(`--unset: ${aPath}`)
  expect(fixesIn([], addSet(`a="${'x'.repeat(16_000)}"`))).toHaveLength(1)
  expect(() => fixesIn([], addSet(`a="${'x'.repeat(17_000)}"`))).toThrow(
    '--set, --unset: together they must not exceed 16384 bytes as JSON',
  )
})
