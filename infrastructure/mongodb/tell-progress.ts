import { late, orLate } from '../../application/or-late.ts'
import { systemClock } from '../system/system-clock.ts'
import type { Connection } from './connection.ts'

/** Milliseconds between two lines. */
const interval = 5000

/** Logs, every few seconds until it is built, that an index is being built, and how far it is if the user may know. */
export const tellProgress = async (
  connection: Connection,
  collection: string,
  index: string,
  building: Promise<unknown>,
): Promise<void> => {
  const began = systemClock.elapsed()
  while ((await orLate(systemClock, interval, building)) === late) {
    const seconds = Math.round((systemClock.elapsed() - began) / 1000)
    connection.logger?.info(
      { collection, index, seconds, ...(await progressOf(connection, collection)) },
      'building an index of the read models',
    )
  }
}

/** Nothing between the steps of a build, or without the right `inprog`. */
const progressOf = async (
  { db }: Connection,
  collection: string,
): Promise<{ readonly step?: string; readonly done?: number; readonly total?: number }> => {
  const asked = { currentOp: 1, ns: `${db.databaseName}.${collection}`, progress: { $exists: true } }
  const answer = db.client.db('admin').command(asked)
  const found = await orLate(systemClock, interval, answer).catch(() => late)
  if (typeof found !== 'object' || !('inprog' in found)) return {}
  const [running] = found.inprog
  // Its text repeats the step, with the numbers.
  return running === undefined ? {} : { step: /: ([a-z ]+)/.exec(running.msg)?.[1], ...running.progress }
}
