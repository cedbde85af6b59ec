import type Sqlite from 'better-sqlite3'
import { type EventStore, secretBytes } from '../../application/ports/event-store.ts'
import { DamagedRow, storedText } from './damaged-row.ts'
import { secretsTable } from './schema.ts'
import type { WhenUnlocked } from './write-lock.ts'

/** By name; empty if none was ever written. @throws DamagedRow */
export const secretsIn = (connection: Sqlite.Database): ReadonlyMap<string, Uint8Array> => {
  const hasTable = connection.prepare("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'secrets'")
  if (hasTable.get() === undefined) return new Map()
  const rows = connection.prepare<[], { name: unknown; secret: unknown }>('SELECT name, secret FROM secrets')
  return new Map(
    rows.all().map(({ name, secret }) => [storedText(name, 'the name of a secret'), storedSecret(secret)]),
  )
}

const storedSecret = (secret: unknown): Uint8Array => {
  if (!(secret instanceof Uint8Array) || secret.length !== secretBytes)
    throw new DamagedRow(`a secret does not have ${secretBytes} bytes`)
  return secret
}

/** The secrets of a log, whose file only its owner can read. */
export const createSecrets = (
  connection: Sqlite.Database,
  unlocked: WhenUnlocked,
): Pick<EventStore, 'readSecret' | 'writeSecret'> => {
  const write = connection.transaction(
    (name: string, expected: Uint8Array | undefined, secret: Uint8Array): boolean => {
      connection.exec(secretsTable)
      const { changes } =
        expected === undefined
          ? connection
              .prepare('INSERT INTO secrets (name, secret) VALUES (?, ?) ON CONFLICT DO NOTHING')
              .run(name, secret)
          : connection
              .prepare('UPDATE secrets SET secret = ? WHERE name = ? AND secret = ?')
              .run(secret, name, expected)
      return changes === 1
    },
  ).immediate

  return {
    readSecret: async (name) => secretsIn(connection).get(name),
    writeSecret: (name, expected, secret) => unlocked(() => write(name, expected, secret)),
  }
}
