import type Sqlite from 'better-sqlite3'
import { type LogEpoch, logEpochCodec } from '../../application/ports/log-identity.ts'
import type { Position } from '../../application/ports/position.ts'
import type { Generation } from '../../application/ports/projection-store.ts'
import { DamagedRow, storedCount, storedPosition, storedText } from './damaged-row.ts'

/** As SQLite has it: of any type. */
type Stored<Row> = { readonly [Column in keyof Row]: unknown }

interface GenerationRow extends LiveGeneration {
  readonly live: 0 | 1
  readonly log_id: LogEpoch['log_id'] | null
  readonly epoch: number | null
}

export interface LiveGeneration {
  readonly id: number
  readonly version: string
  readonly checkpoint: Position
}

/** Everything about the generations of one projection except their documents. Reading throws DamagedRow. */
export interface Generations {
  list(): ReadonlyArray<Generation>
  /** Undefined before the first generation. */
  live(): LiveGeneration | undefined
  checkpointOf(generation: number): Position | undefined
  /** The number of the new generation; a number is never reused. */
  add(version: string, log: LogEpoch | undefined): number
  stamp(generation: number, log: LogEpoch): void
  remove(generation: number): void
  makeLive(generation: number): void
  moveCheckpoint(generation: number, position: Position): void
  setRevision(generation: number, stream: string, revision: number): void
  /** In the order of the streams; -1 if no event of a stream is applied or there is no generation. */
  revisions(generation: number | undefined, streams: ReadonlyArray<string>): ReadonlyArray<number>
}

export const openGenerations = (connection: Sqlite.Database, projection: string): Generations => {
  const sql = prepareStatements(connection)
  return {
    list: () => {
      const all = sql.list.all(projection).map(toGeneration)
      if (all.length > 0 && !all.some(({ live }) => live))
        throw new DamagedRow('the live generation is missing')
      return all
    },
    live: () => {
      const row = sql.live.get(projection)
      return row === undefined ? undefined : toLiveGeneration(row)
    },
    checkpointOf: (generation) => {
      const checkpoint = sql.checkpoint.get(projection, generation)
      return checkpoint === undefined ? undefined : storedPosition(checkpoint)
    },
    add: (version, log) => {
      const id = storedCount(sql.next.get(projection), numberOfGeneration)
      sql.add.run(projection, id, version, log?.log_id ?? null, log?.epoch ?? null)
      return id
    },
    stamp: (generation, { log_id, epoch }) => sql.stamp.run(log_id, epoch, projection, generation),
    remove: (generation) => {
      sql.remove.run(projection, generation)
      sql.removeRevisions.run(projection, generation)
    },
    makeLive: (generation) => sql.makeLive.run(generation, projection),
    moveCheckpoint: (generation, position) => sql.moveCheckpoint.run(position, projection, generation),
    setRevision: (generation, stream, revision) =>
      sql.setRevision.run(projection, generation, stream, revision),
    revisions: (generation, streams) =>
      streams.map((stream) => {
        const revision =
          generation === undefined ? undefined : sql.revision.get(projection, generation, stream)
        return revision === undefined ? -1 : storedCount(revision, 'the revision of a stream')
      }),
  }
}

const numberOfGeneration = 'the number of a generation'

const toLiveGeneration = ({ id, version, checkpoint }: Stored<LiveGeneration>): LiveGeneration => ({
  id: storedCount(id, numberOfGeneration),
  version: storedText(version, 'the version of a generation'),
  checkpoint: storedPosition(checkpoint),
})

const toGeneration = ({ live, log_id, epoch, ...row }: Stored<GenerationRow>): Generation => {
  const generation = { ...toLiveGeneration(row), live: live === 1 }
  const log = { log_id, epoch }
  if (log_id === null && epoch === null) return generation
  if (!logEpochCodec.is(log)) throw new DamagedRow('the log of a generation cannot be read')
  return { ...generation, log }
}

const prepareStatements = (connection: Sqlite.Database) => ({
  list: connection.prepare<[string], Stored<GenerationRow>>(`
    SELECT g.id, g.version, g.id = p.live_generation AS live, g.checkpoint, g.log_id, g.epoch
    FROM generations g JOIN projections p ON p.name = g.projection
    WHERE g.projection = ? ORDER BY g.id`),
  // If the live generation is missing, its row has nothing but nulls.
  live: connection.prepare<[string], Stored<LiveGeneration>>(`
    SELECT g.id, g.version, g.checkpoint
    FROM projections p LEFT JOIN generations g ON g.projection = p.name AND g.id = p.live_generation
    WHERE p.name = ?`),
  checkpoint: connection
    .prepare<[string, number], unknown>('SELECT checkpoint FROM generations WHERE projection = ? AND id = ?')
    .pluck(),
  next: connection
    .prepare<[string], unknown>(`
      INSERT INTO projections (name, last_generation, live_generation) VALUES (?, 1, 1)
      ON CONFLICT DO UPDATE SET last_generation = last_generation + 1
      RETURNING last_generation`)
    .pluck(),
  add: connection.prepare(
    "INSERT INTO generations (projection, id, version, checkpoint, log_id, epoch) VALUES (?, ?, ?, '', ?, ?)",
  ),
  stamp: connection.prepare('UPDATE generations SET log_id = ?, epoch = ? WHERE projection = ? AND id = ?'),
  remove: connection.prepare('DELETE FROM generations WHERE projection = ? AND id = ?'),
  removeRevisions: connection.prepare('DELETE FROM revisions WHERE projection = ? AND generation = ?'),
  makeLive: connection.prepare('UPDATE projections SET live_generation = ? WHERE name = ?'),
  moveCheckpoint: connection.prepare('UPDATE generations SET checkpoint = ? WHERE projection = ? AND id = ?'),
  setRevision: connection.prepare(`
    INSERT INTO revisions (projection, generation, stream, revision) VALUES (?, ?, ?, ?)
    ON CONFLICT DO UPDATE SET revision = excluded.revision`),
  revision: connection
    .prepare<[string, number, string], unknown>(
      'SELECT revision FROM revisions WHERE projection = ? AND generation = ? AND stream = ?',
    )
    .pluck(),
})
