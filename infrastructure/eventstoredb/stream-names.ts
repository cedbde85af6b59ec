import { databaseStreamPrefix, rejectedImportsStream } from '../../domain/streams.ts'

/** How our streams are called on the server. The prefix is '' but in tests, which share one server. */
export class StreamNames {
  readonly #prefix: string

  constructor(prefix: string) {
    this.#prefix = prefix
  }

  /** For the server's filter. It lets through what only begins like one of our streams: `own` says which are. */
  get filter(): Array<string> {
    return [databaseStreamPrefix, rejectedImportsStream].map((name) => this.stored(name))
  }

  stored(stream: string): string {
    return this.#prefix + stream
  }

  /** The stream of ours that a stream on the server is; undefined when it is another's. */
  own(stored: string): string | undefined {
    if (!stored.startsWith(this.#prefix)) return undefined
    const stream = stored.slice(this.#prefix.length)
    return stream.startsWith(databaseStreamPrefix) || stream === rejectedImportsStream ? stream : undefined
  }

  checkpoint(name: string): string {
    return `${this.#prefix}checkpoint-${name}`
  }

  /** Says which version of a server-side projection is installed. */
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
