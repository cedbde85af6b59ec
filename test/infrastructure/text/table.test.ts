import { expect, test } from 'vitest'
import { tableLines } from '../../../infrastructure/text/table.ts'

test('columns are aligned, also where a row ends early, and no line ends in spaces', () => {
  expect(tableLines([['part', 'lag'], ['profiles', '0 events', 'x'], ['replies']])).toEqual([
    'part      lag',
    'profiles  0 events  x',
    'replies',
  ])
})
