import { expect, test } from 'vitest'
import { missingActions, neededActions } from '../../../infrastructure/mongodb/missing-actions.ts'

const actions = [...neededActions, 'remove']
const others = neededActions.filter((action) => action !== 'insert')

test.each([
  ['the database', [{ resource: { db: 'ours', collection: '' }, actions }], []],
  ['any database', [{ resource: { db: '', collection: '' }, actions }], []],
  ['everything', [{ resource: { anyResource: true }, actions }], []],
  [
    'the database in parts',
    [
      { resource: { db: 'ours', collection: '' }, actions: others },
      { resource: { db: '', collection: '' }, actions: ['insert'] },
    ],
    [],
  ],
  ['the database, but for one', [{ resource: { db: 'ours', collection: '' }, actions: others }], ['insert']],
  ['another database', [{ resource: { db: 'theirs', collection: '' }, actions }], neededActions],
  ['a single collection', [{ resource: { db: 'ours', collection: 'projections' }, actions }], neededActions],
  ['the cluster', [{ resource: { cluster: true }, actions }], neededActions],
  ['nothing', [], neededActions],
])('with privileges on %s', (_, privileges, missing) => {
  expect(missingActions(privileges, 'ours')).toEqual(missing)
})
