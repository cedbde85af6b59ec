import { expect, test } from 'vitest'
import { mongoDbDatabaseIn } from '../../../infrastructure/mongodb/mongodb-database.ts'

test.each([
  ['mongodb://localhost', 'profile_importer'],
  ['mongodb://localhost/', 'profile_importer'],
  ['mongodb://localhost/?tls=true', 'profile_importer'],
  ['mongodb://localhost?tls=true&x=/y', 'profile_importer'],
  ['mongodb://user:p%2Fss@a:1,b:2/crm?replicaSet=rs0', 'crm'],
  ['mongodb+srv://cluster.example.com/m%C3%BCller', 'müller'],
])('%s names %s', (url, name) => {
  expect(mongoDbDatabaseIn(url)).toBe(name)
})
