import type Sqlite from 'better-sqlite3'
import type { EventStore } from '../../application/ports/event-store.ts'
import { type LogIdentity, logIdentityIn } from '../../application/ports/log-identity.ts'
import { DamagedRow } from './damaged-row.ts'
import type { WhenUnlocked } from './write-lock.ts'

/** Every log has one from its migration on. @throws DamagedRow */
export const identityIn = (connection: Sqlite.Database): LogIdentity | undefined => {
  const text = connection.prepare<[], string>('SELECT identity FROM log_identity').pluck().get()
  if (text === undefined) return undefined
  const identity = logIdentityIn(text)
  if (identity === undefined) throw new DamagedRow('the identity of the log cannot be read')
  return identity
}

export const createIdentity = (
  connection: Sqlite.Database,
  unlocked: WhenUnlocked,
): Pick<EventStore, 'readIdentity' | 'writeIdentity'> => {
  const insert = connection.prepare(
    'INSERT INTO log_identity (one, identity) VALUES (1, ?) ON CONFLICT DO NOTHING',
  )
  const replace = connection.prepare('UPDATE log_identity SET identity = ? WHERE identity = ?')
  return {
    readIdentity: async () => identityIn(connection),
    writeIdentity: async (expected, identity) => {
      const text = JSON.stringify(identity)
      const written = await unlocked(() =>
        expected === undefined ? insert.run(text) : replace.run(text, JSON.stringify(expected)),
      )
      return written.changes === 1
    },
  }
}
