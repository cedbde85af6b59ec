import { randomUUID } from 'node:crypto'
import type { Document, UpdateFilter } from 'mongodb'

/** A profile as a service without events would store it; the index is that of our read model. */
export interface CrudProfile extends Document {
  readonly _id: string
  readonly account_id: number
  readonly db_id: number
  readonly created_revision: number
  readonly keys: ReadonlyArray<string>
  readonly fields: Document
}

/** The messages of the bench, all of which match by email. */
export interface CrudMessage {
  readonly account_id: number
  readonly db_id: number
  readonly email: string
  readonly feedback_id: string
  readonly data: Readonly<Record<string, unknown>>
}

export const parseMessage = (body: Buffer): CrudMessage => JSON.parse(body.toString())

/** Finds the profile by its matching key. */
export const matching = ({ account_id, db_id, email }: CrudMessage) => ({
  keys: `email:${email}`,
  account_id,
  db_id,
})

export const newProfileId = (): string => randomUUID().replaceAll('-', '').slice(0, 24)

/** Merges a message into a profile, or creates it. `order`: that of the message. */
export const mergeOf = (message: CrudMessage, order: number): UpdateFilter<CrudProfile> => {
  const { account_id, db_id, email, data } = message
  const set: Record<string, unknown> = {}
  const increments: Record<string, number> = {}
  const additions: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(data)) {
    const field = `fields.${name}`
    if (!isFunction(value)) set[field] = value
    else if (typeof value.value === 'number') increments[field] = value.value
    else additions[field] = { $each: value.value }
  }
  const keys = [`email:${email}`, `phone:${String(data.phones)}`, `custom:CRM_ID:${String(data.CRM_ID)}`]
  return {
    $set: set,
    $inc: increments,
    $addToSet: additions,
    $setOnInsert: { account_id, db_id, created_revision: order, keys, 'fields.email': email },
  }
}

/** `incr` with a number or `add` with a list. */
const isFunction = (value: unknown): value is { readonly value: number | ReadonlyArray<unknown> } =>
  typeof value === 'object' && value !== null && 'action' in value && 'value' in value
