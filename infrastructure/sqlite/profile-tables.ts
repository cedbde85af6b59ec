import type Sqlite from 'better-sqlite3'
import type { ProfileDocument, ProfileRef } from '../../application/ports/profile-document.ts'
import type { IdentityKey } from '../../domain/matching/identity-key.ts'
import type { Profile } from '../../domain/profile.ts'
import { boundedPage } from './bounded-page.ts'
import { DamagedRow, storedCount } from './damaged-row.ts'
import type { GenerationTables, OpenGeneration } from './generation-tables.ts'
import { losslessText } from './lossless-text.ts'
import { storedKeys, toDocument } from './profile-rows.ts'
import { type DocumentRow, insertedTogether, type KeyRow, prepareStatements } from './profile-statements.ts'

/**
 * `profiles_<n>`: the profiles, each with the JSON list of its keys. `profile_keys_<n>`: one row for each of these
 * keys, in the order used for matching: for one database and key, the oldest profile first.
 */
export const profileTables: GenerationTables<ProfileRef, ProfileDocument> = {
  create: (connection, generation) =>
    connection.exec(`
      CREATE TABLE profiles_${generation} (
        account_id INTEGER NOT NULL,
        db_id INTEGER NOT NULL,
        created_revision INTEGER NOT NULL,
        profile_id TEXT NOT NULL,
        revision INTEGER NOT NULL,
        keys TEXT NOT NULL,
        state TEXT NOT NULL,
        PRIMARY KEY (account_id, db_id, created_revision)
      );
      CREATE TABLE profile_keys_${generation} (
        account_id INTEGER NOT NULL,
        db_id INTEGER NOT NULL,
        key TEXT NOT NULL,
        created_revision INTEGER NOT NULL,
        PRIMARY KEY (account_id, db_id, key, created_revision)
      ) WITHOUT ROWID;
    `),
  drop: (connection, generation) =>
    connection.exec(`DROP TABLE profiles_${generation}; DROP TABLE profile_keys_${generation};`),
  open: (connection, generation) => openProfiles(connection, generation),
}

const openProfiles = (
  connection: Sqlite.Database,
  generation: number,
): OpenGeneration<ProfileRef, ProfileDocument> => {
  const sql = prepareStatements(connection, generation)

  /** Deletes the keys that the document no longer has; adds the new ones to `added`. */
  const replaceKeys = (
    { profile, keys }: ProfileDocument,
    oldKeys: ReadonlyArray<IdentityKey>,
    added: Array<KeyRow>,
  ): void => {
    const [before, now] = [new Set(oldKeys), new Set(keys)]
    for (const key of before) if (!now.has(key)) sql.deleteKey.run(keyRow(profile, key))
    for (const key of keys) if (!before.has(key)) added.push(keyRow(profile, key))
  }

  /** Writes the profile's row; adds its new keys to `added`. */
  const writeProfile = (document: ProfileDocument, added: Array<KeyRow>): void => {
    const { account_id, db_id, created_revision, profile_id, revision, bytes, fields, subscriptions } =
      document.profile
    const times = { created_at: document.createdAt, updated_at: document.updatedAt }
    const state = JSON.stringify({ bytes, fields, subscriptions, ...times })
    const keys = JSON.stringify(document.keys)
    // Most documents with a later revision already exist; most others do not.
    const old = revision > created_revision ? sql.keys.get(account_id, db_id, created_revision) : undefined
    if (old !== undefined) {
      sql.update.run(revision, keys, state, old.rowid)
      if (old.keys !== keys) replaceKeys(document, storedKeys(old.keys), added)
      return
    }
    const inserted = sql.insert.run(account_id, db_id, created_revision, profile_id, revision, keys, state)
    if (inserted.changes === 0) return
    for (const key of document.keys) added.push(keyRow(document.profile, key))
  }

  const insertKeys = (rows: ReadonlyArray<KeyRow>): void => {
    const rest = rows.length % insertedTogether
    const values: Array<string | number> = []
    for (const [i, row] of rows.entries()) {
      if (i >= rows.length - rest) sql.insertKey.run(row)
      else if (values.push(...row) === 4 * insertedTogether) {
        sql.insertKeys.run(values)
        values.length = 0
      }
    }
  }

  /** SQLite's checks do not compare the tables: if a key is missing, a message would create the profile again. */
  const requireKeys = ({ profile, keys }: ProfileDocument): void => {
    const { account_id, db_id, created_revision } = profile
    const asked = JSON.stringify(keys.map(losslessText))
    if (sql.countKeys.get(asked, account_id, db_id, created_revision) !== keys.length)
      throw new DamagedRow('a profile cannot be found by its keys')
  }

  /** As each profile has its keys, there are others if there are more. */
  const requireNoOtherKeys = (): void => {
    if (sql.otherKeys.get() !== 0) throw new DamagedRow('a profile can be found by keys that are not its own')
  }

  return {
    write: (documents) => {
      // Both in table order: neighbours share pages, and each page is found, split and written once.
      const rows: Array<KeyRow> = []
      for (const document of documents.toSorted(byCreation)) writeProfile(document, rows)
      insertKeys(rows.sort(byKey))
    },
    load: ({ database, profileId }) => {
      const row = sql.byId.get(database.account_id, database.db_id, `id:${profileId}`)
      if (row === undefined) return undefined
      if (row.profile_id !== profileId) throw new DamagedRow('a profile has the key of another id')
      return { document: toDocument(database, row), size: sizeOf(row) }
    },
    count: () => sql.count.get() ?? 0,
    page: (after, verifyKeys) => {
      const { account_id, db_id, created_revision } = after?.profile ?? beforeAll
      const page = boundedPage(sql.page.iterate(account_id, db_id, created_revision), sizeOf, (row) => {
        storedCount(row.account_id, 'the account of a profile')
        storedCount(row.db_id, 'the database of a profile')
        const document = toDocument(row, row)
        if (verifyKeys) requireKeys(document)
        return document
      })
      if (verifyKeys && page.length === 0) requireNoOtherKeys()
      return page
    },
  }
}

const keyRow = ({ account_id, db_id, created_revision }: Profile, key: IdentityKey): KeyRow => [
  account_id,
  db_id,
  losslessText(key),
  created_revision,
]

const byCreation = ({ profile: a }: ProfileDocument, { profile: b }: ProfileDocument): number =>
  a.account_id - b.account_id || a.db_id - b.db_id || a.created_revision - b.created_revision

const byKey = (a: KeyRow, b: KeyRow): number => a[0] - b[0] || a[1] - b[1] || (a[2] < b[2] ? -1 : 1)

/** Account and database ids begin at 1. */
const beforeAll = { account_id: 0, db_id: 0, created_revision: 0 }

const sizeOf = ({ state, keys }: DocumentRow): number => state.length + keys.length
