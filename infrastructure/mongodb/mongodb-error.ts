import {
  BSON,
  MongoCompatibilityError,
  MongoInvalidArgumentError,
  MongoMissingCredentialsError,
  MongoParseError,
  MongoServerError,
  MongoServerSelectionError,
} from 'mongodb'
import { isEngineError } from '../../application/error-without-text.ts'
import { StoreTrouble, type TroubleKind } from '../../application/ports/store-trouble.ts'

type Code = number | string | undefined

const textOf = (kind: string, code: Code): string =>
  `MongoDB: ${kind}${code === undefined ? '' : ` (${code})`}`

/**
 * What went wrong at the server or on the way to it. The driver's own errors are not passed on: their texts, and the
 * objects that hang on them, can hold whole documents, and so personal data, or the URL with its password.
 */
export class MongoDbError extends StoreTrouble {
  /** The server's code or the socket's; undefined when there is none. */
  readonly code: Code

  constructor(kind: string, code: Code, trouble: TroubleKind = 'away') {
    super('read models', trouble, textOf(kind, code))
    this.name = 'MongoDbError'
    this.code = code
  }
}

/** The server's code. */
export const duplicateKey = 11000

/** An index of another definition has the name, or another index the definition, that the program needs. */
export class IndexConflict extends StoreTrouble {
  readonly collection: string
  readonly index: string

  constructor(collection: string, index: string) {
    super(
      'read models',
      'refusing',
      `MongoDB: the index ${index} of the collection ${collection} cannot be made: another one is in its way, drop that one`,
    )
    this.name = 'IndexConflict'
    this.collection = collection
    this.index = index
  }
}

/** A document cannot be kept: those of MongoDB end at 16 MiB. */
export class DocumentTooLarge extends Error {
  constructor(collection: string, id: string) {
    super(`MongoDB: the document ${id} of the collection ${collection} exceeds 16 MiB`)
    this.name = 'DocumentTooLarge'
  }
}

/** The server or the driver cannot make sense of what we asked: our defect. Without content, as `MongoDbError`. */
export class WrongCommand extends Error {
  constructor(kind: string, code: Code) {
    super(textOf(kind, code))
    this.name = 'WrongCommand'
  }
}

/** Runs work of the driver; what it throws comes out with nothing but its name and code. */
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
  const { name } = error
  const { code, codeName } = error as { readonly code?: unknown; readonly codeName?: unknown }
  const kind = typeof codeName === 'string' ? codeName : name
  const known = typeof code === 'number' || typeof code === 'string' ? code : undefined
  if (isDefect(error)) return new WrongCommand(kind, known)
  return new MongoDbError(kind, known, isRefusal(error) ? 'refusing' : 'away')
}

/** A driver that found no server to use keeps what each of them said. */
const causeOf = (error: unknown): unknown => {
  if (!(error instanceof MongoServerSelectionError)) return error
  const servers = [...(error.reason?.servers.values() ?? [])]
  const causes = servers.flatMap((server) => server.error ?? [])
  return causes.find(isRefusal) ?? error
}

/**
 * The server's codes for a wrong password, a missing right, an unknown user; and for a duplicate, which by now is one of an
 * index that somebody else made.
 */
const refusals: ReadonlySet<unknown> = new Set([11, 13, 18, 8000, duplicateKey])

const isRefusal = (error: Error): boolean =>
  error instanceof MongoParseError ||
  error instanceof MongoCompatibilityError ||
  error instanceof MongoMissingCredentialsError ||
  (error instanceof MongoServerError && refusals.has(error.code))

/** The server's codes for a command that it cannot read: BadValue, FailedToParse, TypeMismatch, and such. */
const unreadable: ReadonlySet<unknown> = new Set([2, 9, 14, 40, 52, 56, 57, 59, 73])

const isDefect = (error: Error): boolean =>
  error instanceof MongoInvalidArgumentError ||
  error instanceof BSON.BSONError ||
  (error instanceof MongoServerError && unreadable.has(error.code))
