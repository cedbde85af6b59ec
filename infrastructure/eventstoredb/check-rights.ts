import { randomUUID } from 'node:crypto'
import { BACKWARDS, END, WrongExpectedVersionError } from '@eventstore/db-client'
import { StoreTrouble } from '../../application/ports/store-trouble.ts'
import type { Connection } from './connection.ts'
import { readEvents } from './read-events.ts'
import { troubleOf } from './trouble.ts'

/** No stream is that long, so that an append conflicts. */
const impossibleRevision = BigInt(Number.MAX_SAFE_INTEGER)

/** @throws Error */
export const requireReadAll = async (connection: Connection): Promise<void> => {
  try {
    await readEvents(connection, (client, options) =>
      client.readAll({ ...options, direction: BACKWARDS, fromPosition: END, maxCount: 1 }),
    )
  } catch (error) {
    throw advised(error, 'make the user of EVENTSTORE_URL an administrator, or let it read $all')
  }
}

/** Whether the stream has events. @throws Error */
export const requireRead = async (connection: Connection, stream: string): Promise<boolean> => {
  try {
    const events = await readEvents(connection, (client, options) =>
      client.readStream(stream, { ...options, direction: BACKWARDS, fromRevision: END, maxCount: 1 }),
    )
    return events.length > 0
  } catch (error) {
    throw advised(error, `let the user of EVENTSTORE_URL read ${stream}`)
  }
}

/** Writes nothing: the server checks the right before the revision, which is wrong. @throws Error */
export const requireAppend = async (connection: Connection, stream: string): Promise<void> => {
  const event = {
    id: randomUUID(),
    type: 'RightChecked',
    contentType: 'application/json',
    data: {},
    metadata: undefined,
  } as const
  try {
    await connection.call((client, options) =>
      client.appendToStream(stream, event, { ...options, expectedRevision: impossibleRevision }),
    )
  } catch (error) {
    if (error instanceof WrongExpectedVersionError) return
    throw advised(error, `let the user of EVENTSTORE_URL append to ${stream}`)
  }
  throw new Error(`the server has accepted an append to ${stream} that it should have refused`)
}

/** `whereRefused`: what to do if the server refuses it. */
export const advised = (error: unknown, whereRefused: string): Error => {
  const trouble = troubleOf(error)
  if (!(trouble instanceof StoreTrouble)) return trouble
  const advice = trouble.kind === 'refusing' ? whereRefused : 'start the server, or correct EVENTSTORE_URL'
  return new Error(`${trouble.message}: ${advice}`)
}
