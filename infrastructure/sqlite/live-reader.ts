import type Sqlite from 'better-sqlite3'
import { type Generations, type LiveGeneration, openGenerations } from './generations.ts'

export interface LiveReader<Statements> {
  readonly generations: Generations
  /**
   * Runs a function on one snapshot of the live generation, or on undefined if the projection has none yet. Statements
   * are prepared once per generation and released with it.
   */
  read<Result>(use: (live: (LiveGeneration & { statements: Statements }) | undefined) => Result): Result
}

export const openLiveReader = <Statements>(
  connection: Sqlite.Database,
  projection: string,
  prepare: (connection: Sqlite.Database, generation: number) => Statements,
): LiveReader<Statements> => {
  const generations = openGenerations(connection, projection)
  let prepared: { id: number; statements: Statements } | undefined
  return {
    generations,
    read: (use) =>
      connection.transaction(() => {
        const live = generations.live()
        if (live === undefined) return use(undefined)
        if (prepared?.id !== live.id) prepared = { id: live.id, statements: prepare(connection, live.id) }
        return use({ ...live, statements: prepared.statements })
      })(),
  }
}
