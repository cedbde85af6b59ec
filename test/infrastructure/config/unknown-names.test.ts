import { expect, test } from 'vitest'
import { settingNames } from '../../../infrastructure/config/settings.ts'
import { unknownNames } from '../../../infrastructure/config/unknown-names.ts'

const meant = (name: string) => unknownNames([name]).map((unknown) => unknown.meant)

test('settings are known', () => {
  expect(unknownNames(settingNames)).toEqual([])
})

test.each([
  ['RABITMQ_URL', 'RABBITMQ_URL'],
  ['rabbitmq_url', 'RABBITMQ_URL'],
  ['rabbitMqUrl', 'RABBITMQ_URL'],
  ['rabbitmq-url', 'RABBITMQ_URL'],
  ['MONGO_URL', 'MONGODB_URL'],
  ['BATCHSIZE', 'BATCH_SIZE'],
  ['EVENTSTOREDB_URL', 'EVENTSTORE_URL'],
  ['DATABASE_FILE', 'DATABASES_FILE'],
])('%s resembles %s', (name, setting) => {
  expect(meant(name)).toEqual([setting])
})

test.each([
  'RABBITMQ_HOST',
  'RABBITMQ_USER',
  'LOG_DIR',
  'HTTP_PROXY',
  'PORT',
  'MONGO',
  'toString',
  '__proto__',
  '',
])('%j resembles no setting', (name) => {
  expect(meant(name)).toEqual([undefined])
})
