import {
  BSON,
  MongoBulkWriteError,
  MongoCompatibilityError,
  MongoInvalidArgumentError,
  MongoMissingCredentialsError,
  MongoParseError,
  MongoServerError,
  MongoServerSelectionError,
  MongoWriteConcernError,
} from 'mongodb'
import { isEngineError } from '../../application/error-without-text.ts'
import { StoreTrouble, type TroubleKind } from '../../application/ports/store-trouble.ts'
import { errorsOfServers, isWrongReplicaSet, noUsableServer } from './no-usable-server.ts'

type Code = number | string | undefined

const textOf = (kind: string, code: Code): string =>
  `MongoDB: ${kind}${code === undefined ? '' : ` (${code})`}`

/**
 * An error of the server or of the connection to it. The driver's own errors are not passed on: their texts, and the
 * objects attached to them, can contain whole documents, and so personal data, or the URL with its password.
 */
export class MongoDbError extends StoreTrouble {
  /** The server's or the socket's code; undefined if there is none. */
  readonly code: Code

  constructor(kind: string, code: Code, trouble: TroubleKind = 'away') {
    super('read models', trouble, textOf(kind, code))
    this.name = 'MongoDbError'
    this.code = code
  }
}

/** The server's code. */
export const duplicateKey = 11000

/** NamespaceNotFound and QueryPlanKilled: how a server answers if a collection is dropped while it is read. */
const droppedCodes: ReadonlySet<unknown> = new Set([26, 175])

export const isOfDropped = (error: unknown): boolean =>
  error instanceof MongoDbError && droppedCodes.has(error.code)

/** Another index has the name or the definition of an index that the program needs. */
export class IndexConflict extends StoreTrouble {
  readonly collection: string
  readonly index: string

  constructor(collection: string, index: string) {
    super(
      'read models',
      'refusing',
      `MongoDB: the index ${index} of the collection ${collection} cannot be created because another index conflicts with it: drop that index`,
    )
    this.name = 'IndexConflict'
    this.collection = collection
    this.index = index
  }
}

/** A document cannot be stored: MongoDB limits documents to 16 MiB. */
export class DocumentTooLarge extends Error {
  constructor(collection: string, id: string) {
    super(`MongoDB: the document ${id} of the collection ${collection} exceeds 16 MiB`)
    this.name = 'DocumentTooLarge'
  }
}

/** The server or the driver does not understand our command: a defect of ours. Without content, like `MongoDbError`. */
export class WrongCommand extends Error {
  constructor(kind: string, code: Code) {
    super(textOf(kind, code))
    this.name = 'WrongCommand'
  }
}

/** Runs a driver operation; its errors come out with their name and code, or with a text of our own. */
export const guarded = async <Result>(work: () => Promise<Result>): Promise<Result> => {
  try {
    return await work()
  } catch (error) {
    throw withoutContent(error)
  }
}

const ownErrors = [MongoDbError, IndexConflict, DocumentTooLarge, WrongCommand]

export const withoutContent = (thrown: unknown): Error => {
  const error = causeOf(thrown)
  if (!(error instanceof Error)) return new MongoDbError('unknown error', undefined)
  if (ownErrors.some((own) => error instanceof own) || isEngineError(error)) return error
  if (error instanceof MongoServerSelectionError)
    return new MongoDbError(noUsableServer(error), undefined, isWrongReplicaSet(error) ? 'refusing' : 'away')
  const { name } = error
  const { code, codeName } = error as { readonly code?: unknown; readonly codeName?: unknown }
  const kind = plainText(error) ?? (typeof codeName === 'string' ? codeName : name)
  const known = typeof code === 'number' || typeof code === 'string' ? code : undefined
  if (isDefect(error)) return new WrongCommand(kind, known)
  return new MongoDbError(kind, known, isRefusal(error) ? 'refusing' : 'away')
}

export const tooOld = 'the server is too old: MongoDB 5.0 or newer is needed'

/** The driver uses one class for a server that is too old, one that is too new, and whatever else it does not support. */
const tooLowVersion = / requires at least \d/

/** What says more than its name. */
const plainText = (error: Error): string | undefined => {
  if (isUnconfirmed(error)) return 'a majority did not confirm a write'
  if (error instanceof MongoCompatibilityError && tooLowVersion.test(error.message)) return tooOld
  return isUnreadableFile(error) ? 'cannot read a file that MONGODB_URL names' : undefined
}

const isUnreadableFile = (error: Error): boolean => 'syscall' in error && error.syscall === 'open'

/** It is unknown whether the write survives: it can be repeated. */
const isUnconfirmed = (error: Error): boolean =>
  error instanceof MongoWriteConcernError ||
  (error instanceof MongoBulkWriteError && error.result.getWriteConcernError() !== undefined)

/** If the driver found no usable server, it keeps the error of each. */
const causeOf = (error: unknown): unknown => {
  // A bulk write wraps whatever it met.
  if (error instanceof MongoBulkWriteError && error.errorResponse instanceof Error)
    return causeOf(error.errorResponse)
  if (!(error instanceof MongoServerSelectionError)) return error
  return errorsOfServers(error).find(isRefusal) ?? error
}

/**
 * The server's codes for a wrong password, a missing permission and an unknown user; and for a duplicate, which at this
 * point is one in an index that somebody else created.
 */
const refusals: ReadonlySet<unknown> = new Set([11, 13, 18, 8000, duplicateKey])

const isRefusal = (error: Error): boolean =>
  error instanceof MongoParseError ||
  error instanceof MongoCompatibilityError ||
  error instanceof MongoMissingCredentialsError ||
  isUnreadableFile(error) ||
  (error instanceof MongoServerError && refusals.has(error.code))

/** The server's codes for a malformed command: BadValue, FailedToParse, TypeMismatch, and the like. */
const unreadable: ReadonlySet<unknown> = new Set([2, 9, 14, 40, 52, 56, 57, 59, 73])

const isDefect = (error: Error): boolean =>
  error instanceof MongoInvalidArgumentError ||
  error instanceof BSON.BSONError ||
  (error instanceof MongoServerError && unreadable.has(error.code))
