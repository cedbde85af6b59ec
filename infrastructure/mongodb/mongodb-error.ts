/**
 * What went wrong at the server or on the way to it. The driver's own errors are not passed on: their texts, and the
 * objects that hang on them, can hold whole documents, and so personal data, or the URL with its password.
 */
export class MongoDbError extends Error {
  /** The server's code or the socket's; undefined when there is none. */
  readonly code: number | string | undefined

  constructor(kind: string, code: number | string | undefined) {
    super(`MongoDB: ${kind}${code === undefined ? '' : ` (${code})`}`)
    this.name = 'MongoDbError'
    this.code = code
  }
}

/** The server's code. */
export const duplicateKey = 11000

/** An index of another definition has the name, or another index the definition, that the program needs. */
export class IndexConflict extends Error {
  readonly collection: string
  readonly index: string

  constructor(collection: string, index: string) {
    super(
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

/** Runs work of the driver; what it throws comes out with nothing but its name and code. */
export const guarded = async <Result>(work: () => Promise<Result>): Promise<Result> => {
  try {
    return await work()
  } catch (error) {
    throw withoutContent(error)
  }
}

const ownErrors = [MongoDbError, IndexConflict, DocumentTooLarge]

export const withoutContent = (error: unknown): Error => {
  if (!(error instanceof Error)) return new MongoDbError('unknown error', undefined)
  if (ownErrors.some((own) => error instanceof own)) return error
  const { name } = error
  const { code, codeName } = error as { readonly code?: unknown; readonly codeName?: unknown }
  return new MongoDbError(
    typeof codeName === 'string' ? codeName : name,
    typeof code === 'number' || typeof code === 'string' ? code : undefined,
  )
}
