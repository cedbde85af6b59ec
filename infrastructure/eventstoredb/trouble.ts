import { DeadlineExceededError, isCommandError } from '@eventstore/db-client'
import { isEngineError } from '../../application/error-without-text.ts'
import { redactUrl } from '../log/redact-url.ts'
import { EventStoreDbError } from './event-store-db-error.ts'

/** gRPC status codes that the adapter acts on. */
const grpc = {
  unknown: 2,
  invalidArgument: 3,
  deadlineExceeded: 4,
  permissionDenied: 7,
  unimplemented: 12,
  internal: 13,
  dataLoss: 15,
  unauthenticated: 16,
} as const

/** Our own time limit has passed: the client gave neither an answer nor an error within its shorter one. */
export class NoAnswer extends Error {
  constructor(milliseconds: number) {
    super(`no answer within ${milliseconds / 1000} s`)
  }
}

/** The text of an error of the client, for logs. The client puts no event into it. */
export const errorText = (error: unknown): string => {
  if (error instanceof DeadlineExceededError) return 'no answer before the deadline'
  if (!(error instanceof Error)) return 'unknown error'
  return redactUrl(error.message || (isCommandError(error) ? error.type : error.name)).slice(0, 500)
}

const codeOf = (error: unknown): number | undefined =>
  error instanceof Error && isCommandError(error) ? error.code : undefined

/**
 * The client drops its channel by itself when the server is unavailable, cancels, or is not the leader. After these
 * errors it keeps a channel that may never work again.
 */
export const needsNewClient = (error: unknown): boolean =>
  error instanceof NoAnswer || codeOf(error) === grpc.internal || codeOf(error) === grpc.dataLoss

/** The server seems to be available, but does not answer this call. */
export const isSilence = (error: unknown): boolean =>
  error instanceof NoAnswer || codeOf(error) === grpc.deadlineExceeded

/** The server has answered that it refuses this call, because of a missing permission or in other words. */
export const isDenial = (error: unknown): boolean =>
  refused.has(codeOf(error)) || codeOf(error) === grpc.unknown

/** No such user, or a wrong password. */
export const isUnknownUser = (error: unknown): boolean => codeOf(error) === grpc.unauthenticated

/**
 * What was asked for is done or not, and the server can say which: the client also reports an answer that it cannot
 * decompress like this.
 */
export const mayBeDone = (error: unknown): boolean => codeOf(error) === grpc.internal

/** What a user must be permitted to do, in words: "may not read $all". Every user may connect. */
export type Right =
  | `read ${string}`
  | `append to ${string}`
  | `write the metadata of ${string}`
  | 'manage projections'
  | 'connect'

/** The server will never accept it. */
export const isRefusal = (error: unknown): boolean => codeOf(error) === grpc.invalidArgument

/** Lasts until somebody changes a permission, a password, or the server's version. */
const refused: ReadonlySet<number | undefined> = new Set([
  grpc.permissionDenied,
  grpc.unimplemented,
  grpc.unauthenticated,
])

/** The server does not say what it denies. Projections have an answer of their own for it. */
const isAccessDenied = (error: unknown): boolean =>
  codeOf(error) === grpc.permissionDenied || errorText(error).includes('received NotAuthorized')

/**
 * Converts an error of the client to trouble of the store, unless the engine indicates a defect of ours. `right`: what
 * the call needs.
 */
export const troubleOf = (error: unknown, right: Right): Error => {
  if (error instanceof EventStoreDbError || isEngineError(error)) return error as Error
  if (isAccessDenied(error)) {
    const text =
      right === 'connect'
        ? `${errorText(error)}: set user and password in EVENTSTORE_URL`
        : `the user of EVENTSTORE_URL may not ${right} (${errorText(error)}): see docs/eventstoredb.md`
    return new EventStoreDbError(text, 'refusing')
  }
  return new EventStoreDbError(errorText(error), refused.has(codeOf(error)) ? 'refusing' : 'away')
}
