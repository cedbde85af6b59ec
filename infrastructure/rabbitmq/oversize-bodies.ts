import { createHash, type Hash } from 'node:crypto'
import type { Channel } from 'amqplib'
import { keptOfOversize, type OversizeBody } from '../../application/ports/import-source.ts'
import { isObject } from './is-object.ts'

/** What amqplib's types do not show of a channel. */
interface Accepting {
  /** Takes a frame: a method, then the properties and the size of a body, then the pieces of that. */
  accept(frame: unknown): unknown
}

/**
 * amqplib holds a body in memory until all of it is there, however large. Has a channel drop those over `maxBytes` as they
 * come, so that their messages arrive with the beginning in place of the whole. Tells, by the properties of a message that
 * it delivers, what else is left of its body.
 */
export const dropOversizeBodies = (
  channel: Channel,
  maxBytes: number,
): ((properties: object) => OversizeBody | undefined) => {
  const left = new WeakMap<object, OversizeBody>()
  const accepting: Channel & Partial<Accepting> = channel
  if (accepting.accept === undefined)
    throw new Error('amqplib takes messages in another way than this was made for')
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
  /** Of the body, in bytes. */
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

  /** True when this was the last piece. */
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
