import { late, orLate } from '../../application/or-late.ts'
import type { Clock } from '../../application/ports/clock.ts'
import { meanwhile } from '../../application/processing/meanwhile.ts'
import type { Connection } from './connection.ts'

/** Milliseconds between two lines. */
const interval = 5000

/**
 * Settles like `building`. Logs, every few seconds until then, that an index is being built, and how far it is if the
 * user may know.
 */
export const tellProgress = async (
  clock: Clock,
  connection: Connection,
  collection: string,
  index: string,
  building: Promise<void>,
): Promise<void> => {
  const began = clock.elapsed()
  await meanwhile(clock, interval, building, async () => {
    const seconds = Math.round((clock.elapsed() - began) / 1000)
    connection.logger?.info(
      { collection, index, seconds, ...(await progressOf(clock, connection, collection)) },
      'building an index of the read models',
    )
  })
}

/** Nothing between the steps of a build, or without the right `inprog`. */
const progressOf = async (
  clock: Clock,
  { db }: Connection,
  collection: string,
): Promise<{ readonly step?: string; readonly done?: number; readonly total?: number }> => {
  const asked = { currentOp: 1, ns: `${db.databaseName}.${collection}`, progress: { $exists: true } }
  const answer = db.client.db('admin').command(asked)
  const found = await orLate(clock, interval, answer).catch(() => late)
  if (typeof found !== 'object' || !('inprog' in found)) return {}
  const [running] = found.inprog
  // Its text repeats the step, with the numbers.
  return running === undefined ? {} : { step: /: ([a-z ]+)/.exec(running.msg)?.[1], ...running.progress }
}
