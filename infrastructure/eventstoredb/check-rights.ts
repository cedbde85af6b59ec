import { randomUUID } from 'node:crypto'
import { BACKWARDS, END, WrongExpectedVersionError } from '@eventstore/db-client'
import { StoreTrouble } from '../../application/ports/store-trouble.ts'
import type { Connection } from './connection.ts'
import { lastEvent, readEvents } from './read-events.ts'
import { isUnknownUser, type Right, troubleOf } from './trouble.ts'

/** No stream is that long, so that an append conflicts. */
const impossibleRevision = BigInt(Number.MAX_SAFE_INTEGER)

/** @throws Error */
export const requireReadAll = async (connection: Connection): Promise<void> => {
  try {
    await readEvents(connection, '$all', (client, options) =>
      client.readAll({ ...options, direction: BACKWARDS, fromPosition: END, maxCount: 1 }),
    )
  } catch (error) {
    throw advised(error, 'read $all')
  }
}

/** Whether the stream has events. @throws Error */
export const requireRead = async (connection: Connection, stream: string): Promise<boolean> => {
  try {
    return (await lastEvent(connection, stream)) !== undefined
  } catch (error) {
    throw advised(error, `read ${stream}`)
  }
}

/** @throws Error */
export const requireAppend = (connection: Connection, stream: string): Promise<void> =>
  requireConflict(connection, stream, `append to ${stream}`)

/** @throws Error */
export const requireWriteMetadata = (connection: Connection, stream: string): Promise<void> =>
  requireConflict(connection, `$$${stream}`, `write the metadata of ${stream}`)

/** Writes nothing: the server checks the right before the revision, which is wrong. */
const requireConflict = async (connection: Connection, stream: string, right: Right): Promise<void> => {
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
    throw advised(error, right)
  }
  throw new Error(`the server has accepted an append to ${stream} that it should have refused`)
}

/** `right`: what the call needs. */
export const advised = (error: unknown, right: Right): Error => {
  const trouble = troubleOf(error, right)
  if (!(trouble instanceof StoreTrouble)) return trouble
  if (isUnknownUser(error))
    return new Error(`${trouble.message}: correct user and password in EVENTSTORE_URL`)
  return trouble.kind === 'refusing'
    ? trouble
    : new Error(`${trouble.message}: start the server, or correct EVENTSTORE_URL`)
}
