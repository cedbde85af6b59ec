import { setMaxListeners } from 'node:events'
import type { Db, MongoClient } from 'mongodb'
import { aborted, orAborted } from '../../application/or-aborted.ts'
import { late, orLate } from '../../application/or-late.ts'
import type { ServiceLogger } from '../../application/ports/service-logger.ts'
import { systemClock } from '../system/system-clock.ts'
import { guarded, MongoDbError } from './mongodb-error.ts'

/** Milliseconds that a server may work on one operation. */
const longestWork = 8000

/** Options of a read. */
export interface ReadLimits {
  /** The server then stops, too: if only we did, it would work on every repetition at the same time. */
  readonly maxTimeMS: number
}
/** Milliseconds for telling the server what it can forget; nothing depends on it. */
const closeTimeout = 1000

/** Told what takes long, and what is refused without harm. */
export type MongoDbLogger = Pick<ServiceLogger, 'info' | 'warn'>

/** A MongoDB database, with an end to every wait. */
export class Connection {
  readonly db: Db
  readonly logger: MongoDbLogger | undefined
  readonly #client: MongoClient
  readonly #patience: number
  readonly #closed = new AbortController()

  constructor(client: MongoClient, database: string, logger?: MongoDbLogger) {
    this.db = client.db(database)
    this.logger = logger
    this.#client = client
    this.#patience = patienceOf(client)
    // Every operation in flight listens to it.
    setMaxListeners(0, this.#closed.signal)
  }

  /**
   * An operation with a time limit, which a read passes on. A later result is dropped: what it wrote may appear at any
   * time.
   * @throws MongoDbError
   */
  async ask<Result>(operation: (limits: ReadLimits) => Promise<Result>): Promise<Result> {
    const working = this.askPatiently(() => operation({ maxTimeMS: longestWork }))
    const answer = await orLate(systemClock, this.#patience, working)
    if (answer === late) throw new MongoDbError(`no answer within ${this.#patience / 1000} s`, undefined)
    return answer
  }

  /** For what takes as long as there are documents. A server that is silent altogether is noticed. */
  async askPatiently<Result>(operation: () => Promise<Result>): Promise<Result> {
    const working = guarded(async () => {
      // Each time: a client whose first command finds no server never finds one.
      if (!this.#closed.signal.aborted) await this.#client.connect()
      if (this.#closed.signal.aborted) throw closed()
      return operation()
    })
    const answer = await orAborted(working, this.#closed.signal)
    if (answer === aborted) throw closed()
    return answer
  }

  /** Ends everything that waits for an answer. The driver itself may wait a few seconds longer for a silent server. */
  async close(): Promise<void> {
    this.#closed.abort()
    await orLate(systemClock, closeTimeout, this.#client.close())
  }
}

const closed = () => new MongoDbError('the connection was closed', undefined)

/**
 * Longer than all limits of the driver together, so that its own errors, which say more, come first, and so that limits
 * in the URL prevail.
 */
const patienceOf = ({ options }: MongoClient): number =>
  longestWork +
  options.connectTimeoutMS +
  options.heartbeatFrequencyMS +
  options.serverSelectionTimeoutMS +
  (options.writeConcern?.wtimeoutMS ?? 0)
