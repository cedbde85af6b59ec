/** "PImp": tells our files from other SQLite files. */
export const applicationId = 0x50496d70

/** Of the tables below; raised with every change that an older program could not read. */
export const formatVersion = 1

/**
 * Positions in `events` are contiguous: the tail cache and the tests of the log rely on it. Nothing is ever deleted there,
 * and every append takes the write lock before it looks at the end. A read model may follow another event store
 * than this file's, so its checkpoints are text.
 */
export const schema = `
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
`
