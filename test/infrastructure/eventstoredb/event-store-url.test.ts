import { EventStoreDBClient } from '@eventstore/db-client'
import { describe, expect, test, vi } from 'vitest'
import { parseEventStoreUrl } from '../../../infrastructure/eventstoredb/event-store-url.ts'

const accepted = [
  'esdb://localhost:2113?tls=false',
  'esdb://localhost?tls=false',
  'esdb://localhost:2113/?tls=false',
  'esdb://admin:changeit@localhost:2113',
  'esdb://admin:changeit@localhost:2113?tls=false',
  'esdb+discover://admin:changeit@cluster.example.com:2113',
  'esdb://admin:changeit@a:2111,b:2112,c:2113?nodePreference=leader&gossipTimeout=5',
  'esdb://admin:change%3Ait@a:2113?defaultDeadline=5000&max_discover_attempts=3',
  'esdb://admin:changeit@a?connectionName=importer&tlsVerifyCert=true',
]

describe('an EventStoreDB URL', () => {
  test.each(accepted)('%s', (url) => {
    expect(parseEventStoreUrl(url)).toBeDefined()
    // The client accepts it, but has no server to connect to.
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {})
    expect(() => EventStoreDBClient.connectionString(url)).not.toThrow()
    expect(warn).not.toHaveBeenCalled()
    warn.mockRestore()
  })

  test.each([
    ['of something else', 'http://localhost:2113'],
    ['of the successor, which this client does not take', 'kurrentdb://admin:changeit@localhost:2113'],
    ['without a host', 'esdb://'],
    ['without user and password, but with TLS', 'esdb://localhost:2113'],
    ['with a user alone', 'esdb://admin@localhost:2113'],
    ['with a password that is not encoded', 'esdb://admin:change:it@localhost:2113'],
    ['with a password that is encoded wrongly', 'esdb://admin:100%@localhost:2113'],
    [
      'with an option that the client would print with the password',
      'esdb://admin:changeit@localhost?colour=red',
    ],
    ['with an option that is not understood', 'esdb://admin:changeit@localhost?tls=maybe'],
    ['with an option that hides conflicts', 'esdb://admin:changeit@localhost?throwOnAppendFailure=false'],
    ['with an option that is ignored', 'esdb://admin:changeit@localhost?tlsVerifyCert=false'],
    ['with an invalid port', 'esdb://localhost:port?tls=false'],
  ])('is not one %s', (_, url) => {
    expect(parseEventStoreUrl(url)).toBeUndefined()
  })

  test('gives user and password, decoded', () => {
    expect(parseEventStoreUrl('esdb://im%40porter:s3cr%2Ft@localhost')).toEqual({
      credentials: { username: 'im@porter', password: 's3cr/t' },
    })
  })
})
