import type { Store } from '../../application/ports/store-trouble.ts'

/** One of the files of a data folder. */
export interface FileKind {
  readonly name: string
  readonly store: Store
  /** Distinguishes the file from other SQLite files. */
  readonly applicationId: number
  /**
   * SQL that converts a file from each format to the next; a new file takes all steps. A released step never changes,
   * and must be quick for files of any size.
   */
  readonly migrations: ReadonlyArray<string>
}

/** A version 4 UUID from the operating system's random numbers. */
const randomUuid = `lower(hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' || substr(hex(randomblob(2)), 2) || '-' ||
    substr('89AB', 1 + (abs(random()) % 4), 1) || substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6)))`

/**
 * The source of truth. Positions in `events` are contiguous: the tail cache and the tests of the log rely on it.
 * Nothing is ever deleted there, and every append takes the write lock before it reads the end.
 */
export const logFile: FileKind = {
  name: 'events.sqlite',
  store: 'event store',
  // "PImp"
  applicationId: 0x50496d70,
  migrations: [
    `
  CREATE TABLE events (
    position INTEGER PRIMARY KEY,
    stream TEXT NOT NULL,
    revision INTEGER NOT NULL,
    event_id TEXT NOT NULL,
    type TEXT NOT NULL,
    data TEXT NOT NULL,
    metadata TEXT NOT NULL
  );
  CREATE UNIQUE INDEX events_by_stream ON events (stream, revision);
  CREATE TABLE checkpoints (name TEXT PRIMARY KEY, position TEXT NOT NULL) WITHOUT ROWID;
`,
    // From version 2 on, an event is stored as its three parts; `data` is empty, and `metadata` only has the version.
    `
  ALTER TABLE events ADD COLUMN public TEXT;
  ALTER TABLE events ADD COLUMN personal TEXT;
  ALTER TABLE events ADD COLUMN message TEXT;
  CREATE TABLE log_identity (one INTEGER PRIMARY KEY CHECK (one = 1), identity TEXT NOT NULL);
  INSERT INTO log_identity (one, identity) SELECT 1, json_object('log_id', ${randomUuid}, 'epoch', 1);
`,
  ],
}

/**
 * In the log's file from the first secret on. It is not part of the format: older programs of that format ignore it.
 */
export const secretsTable =
  'CREATE TABLE IF NOT EXISTS secrets (name TEXT PRIMARY KEY, secret BLOB NOT NULL) WITHOUT ROWID'

/**
 * Derived from the log, in this folder or in another event store, which is why its checkpoints are text. Can be
 * deleted.
 */
export const readModelFile: FileKind = {
  name: 'read-model.sqlite',
  store: 'read models',
  // "PImr"
  applicationId: 0x50496d72,
  migrations: [
    `
  CREATE TABLE projections (
    name TEXT PRIMARY KEY,
    last_generation INTEGER NOT NULL,
    live_generation INTEGER NOT NULL
  ) WITHOUT ROWID;
  CREATE TABLE generations (
    projection TEXT NOT NULL,
    id INTEGER NOT NULL,
    version TEXT NOT NULL,
    checkpoint TEXT NOT NULL,
    PRIMARY KEY (projection, id)
  ) WITHOUT ROWID;
  CREATE TABLE revisions (
    projection TEXT NOT NULL,
    generation INTEGER NOT NULL,
    stream TEXT NOT NULL,
    revision INTEGER NOT NULL,
    PRIMARY KEY (projection, generation, stream)
  ) WITHOUT ROWID;
`,
    // The log that a generation is made from; null until it is stamped.
    `
  ALTER TABLE generations ADD COLUMN log_id TEXT;
  ALTER TABLE generations ADD COLUMN epoch INTEGER;
`,
  ],
}
