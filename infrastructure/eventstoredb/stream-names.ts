import { databaseStreamPrefix, rejectedImportsStream } from '../../domain/streams.ts'

/** The names of our streams on the server. The prefix is '' except in tests, which share one server. */
export class StreamNames {
  readonly #prefix: string

  constructor(prefix: string) {
    this.#prefix = prefix
  }

  /** For the server's filter, which also lets through names that only begin like ours; `own` decides which are ours. */
  get filter(): Array<string> {
    return [databaseStreamPrefix, rejectedImportsStream].map((name) => this.stored(name))
  }

  stored(stream: string): string {
    return this.#prefix + stream
  }

  /** Our stream for a stream on the server; undefined if it is not ours. */
  own(stored: string): string | undefined {
    if (!stored.startsWith(this.#prefix)) return undefined
    const stream = stored.slice(this.#prefix.length)
    return stream.startsWith(databaseStreamPrefix) || stream === rejectedImportsStream ? stream : undefined
  }

  checkpoint(name: string): string {
    return `${this.#prefix}checkpoint-${name}`
  }

  /** Holds the installed version of a server-side projection. */
  projection(name: string): string {
    return `${this.#prefix}projection-${name}`
  }

  get identity(): string {
    return `${this.#prefix}log-identity`
  }

  secret(name: string): string {
    return `${this.#prefix}secret-${name}`
  }
}
