import type Sqlite from 'better-sqlite3'
import type { LogEpoch } from '../../application/ports/log-identity.ts'
import type { Position } from '../../application/ports/position.ts'
import type { Generation } from '../../application/ports/projection-store.ts'

interface GenerationRow {
  readonly id: number
  readonly version: string
  readonly live: 0 | 1
  readonly checkpoint: Position
  readonly log_id: LogEpoch['log_id'] | null
  readonly epoch: number | null
}

export interface LiveGeneration {
  readonly id: number
  readonly version: string
  readonly checkpoint: Position
}

/** Everything about the generations of one projection except their documents. */
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
    list: () => sql.list.all(projection).map(toGeneration),
    live: () => sql.live.get(projection),
    checkpointOf: (generation) => sql.checkpoint.get(projection, generation),
    add: (version, log) => {
      const id = sql.next.get(projection)
      if (id === undefined) throw new Error('no number for a generation')
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
      streams.map((stream) =>
        generation === undefined ? -1 : (sql.revision.get(projection, generation, stream) ?? -1),
      ),
  }
}

const toGeneration = ({ live, log_id, epoch, ...row }: GenerationRow): Generation => ({
  ...row,
  live: live === 1,
  ...(log_id !== null && epoch !== null && { log: { log_id, epoch } }),
})

const prepareStatements = (connection: Sqlite.Database) => ({
  list: connection.prepare<[string], GenerationRow>(`
    SELECT g.id, g.version, g.id = p.live_generation AS live, g.checkpoint, g.log_id, g.epoch
    FROM generations g JOIN projections p ON p.name = g.projection
    WHERE g.projection = ? ORDER BY g.id`),
  live: connection.prepare<[string], LiveGeneration>(`
    SELECT g.id, g.version, g.checkpoint
    FROM projections p JOIN generations g ON g.projection = p.name AND g.id = p.live_generation
    WHERE p.name = ?`),
  checkpoint: connection
    .prepare<[string, number], Position>('SELECT checkpoint FROM generations WHERE projection = ? AND id = ?')
    .pluck(),
  next: connection
    .prepare<[string], number>(`
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
    .prepare<[string, number, string], number>(
      'SELECT revision FROM revisions WHERE projection = ? AND generation = ? AND stream = ?',
    )
    .pluck(),
})
