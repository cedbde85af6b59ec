import { createHash, type Hash } from 'node:crypto'
import type { Channel } from 'amqplib'
import { keptOfOversize, type OversizeBody } from '../../application/ports/import-source.ts'
import { isObject } from './is-object.ts'

/** The internals of a channel, which amqplib's types do not show. */
interface Accepting {
  /** Accepts a frame: a method, then the properties and the size of a body, then the pieces of the body. */
  accept(frame: unknown): unknown
}

/**
 * amqplib assembles a whole body in memory, however large. This makes a channel drop the pieces of bodies over
 * `maxBytes` as they arrive, so that their messages are delivered with only the beginning. Returns, by the properties
 * of a delivered message, what else is left of its body.
 */
export const dropOversizeBodies = (
  channel: Channel,
  maxBytes: number,
): ((properties: object) => OversizeBody | undefined) => {
  const left = new WeakMap<object, OversizeBody>()
  const accepting: Channel & Partial<Accepting> = channel
  if (accepting.accept === undefined) throw new Error('this version of amqplib receives messages differently')
  const accept = accepting.accept.bind(channel)
  let dropping: DroppedBody | undefined

  accepting.accept = (frame) => {
    if (dropping !== undefined && isObject(frame) && Buffer.isBuffer(frame.content)) {
      if (!dropping.add(frame.content)) return
      const body = dropping.end()
      left.set(dropping.properties, body)
      dropping = undefined
      return accept({ ...frame, content: body.beginning })
    }
    if (!isHeader(frame) || frame.size <= maxBytes) return accept(frame)
    dropping = new DroppedBody(frame.size, frame.fields)
    return accept({ ...frame, size: dropping.keeps })
  }
  return (properties) => left.get(properties)
}

interface Header {
  /** The properties. */
  readonly fields: object
  /** The length of the body in bytes. */
  readonly size: number
}

const isHeader = (frame: unknown): frame is Header =>
  isObject(frame) && typeof frame.size === 'number' && isObject(frame.fields)

class DroppedBody {
  readonly properties: object
  readonly #beginning: Buffer
  readonly #hash: Hash = createHash('sha256')
  readonly #size: number
  #seen = 0

  constructor(size: number, properties: object) {
    this.properties = properties
    this.#size = size
    this.#beginning = Buffer.alloc(Math.min(size, keptOfOversize))
  }

  /** How many bytes are kept. */
  get keeps(): number {
    return this.#beginning.length
  }

  /** True if this was the last piece. */
  add(piece: Buffer): boolean {
    if (this.#seen < this.keeps) piece.copy(this.#beginning, this.#seen)
    this.#hash.update(piece)
    this.#seen += piece.length
    return this.#seen >= this.#size
  }

  end(): OversizeBody {
    return { bytes: this.#size, sha256: this.#hash.digest('hex'), beginning: this.#beginning }
  }
}
