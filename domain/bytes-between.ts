import { isJsonObject, type Json, type JsonArray, type JsonObject } from './json.ts'
import { elementBytes, jsonBytes, memberBytes, textBytes } from './member-bytes.ts'

/** Undefined if there is no such member. */
export interface ChangedMember {
  readonly name: string
  readonly before: Json | undefined
  readonly after: Json | undefined
}

type Side = 'before' | 'after'

/** The bytes of a value in its place, measured up to the second argument. */
type Measure = (value: Json, atMost: number) => number

/** Below a member of the profile. `beside`: the bytes of its name and commas. */
const inner =
  (beside: number): Measure =>
  (value, atMost) =>
    beside + jsonBytes(value, atMost - beside)

const nameless = inner(0)
const innerElement = inner(1)

/**
 * The bytes of everything that one side has and the other lacks. Identical objects and equal scalars are skipped, so
 * the cost is proportional to the change, however large the values are. Only members of the counted side are walked: an
 * upsert can put ten thousand members into each of ten thousand elements, and these are never all examined.
 */
class Counter {
  bytes = 0
  readonly #side: Side
  readonly #atMost: number

  constructor(side: Side, atMost: number) {
    this.#side = side
    this.#atMost = atMost
  }

  member({ name, before, after }: ChangedMember): void {
    if (Array.isArray(before) && Array.isArray(after)) {
      const named = textBytes(name) + 2
      this.#lists(before, after, (element, atMost) => elementBytes(named, element, atMost))
    } else if (isJsonObject(before) && isJsonObject(after)) this.#objects(before, after)
    else if (before !== after) {
      const value = this.#own(before, after)
      if (value !== undefined && !this.#isFull())
        this.bytes += memberBytes(name, value, this.#atMost - this.bytes)
    }
  }

  #own<A>(before: A, after: A): A {
    return this.#side === 'before' ? before : after
  }

  #isFull(): boolean {
    return this.bytes > this.#atMost
  }

  #count(value: Json | undefined, measure: Measure): void {
    if (value !== undefined && !this.#isFull()) this.bytes += measure(value, this.#atMost - this.bytes)
  }

  /** Lists of different lengths: one has elements that the other lacks; the rest are the same, in the same order. */
  #lists(before: JsonArray, after: JsonArray, measure: Measure): void {
    if (before.length === after.length) {
      for (let i = 0; i < after.length && !this.#isFull(); i++)
        this.#values(before[i] ?? null, after[i] ?? null, measure)
      return
    }
    let next = 0
    for (const element of before) {
      if (next < after.length && after[next] === element) next += 1
      else if (this.#side === 'before') this.#count(element, measure)
    }
    if (this.#side === 'before') return
    for (; next < after.length && !this.#isFull(); next++) this.#count(after[next], measure)
  }

  #objects(before: JsonObject, after: JsonObject): void {
    if (before === after) return
    const [own, other] = this.#side === 'before' ? [before, after] : [after, before]
    for (const name of Object.keys(own)) {
      if (this.#isFull()) return
      if (!Object.hasOwn(other, name)) this.#count(own[name], inner(2 + textBytes(name)))
      else this.#members(before[name] ?? null, after[name] ?? null)
    }
  }

  #members(before: Json, after: Json): void {
    if (Array.isArray(before) && Array.isArray(after)) this.#lists(before, after, innerElement)
    else this.#values(before, after, nameless)
  }

  #values(before: Json, after: Json, measure: Measure): void {
    if (before === after) return
    if (isJsonObject(before) && isJsonObject(after)) this.#objects(before, after)
    else this.#count(this.#own(before, after), measure)
  }
}

/** `bytes` after the changes. If that is more than `atMost`, returns any number above it. */
export const bytesAfter = (bytes: number, members: ReadonlyArray<ChangedMember>, atMost: number): number => {
  const gone = new Counter('before', Number.POSITIVE_INFINITY)
  for (const member of members) gone.member(member)
  const left = bytes - gone.bytes
  const come = new Counter('after', atMost - left)
  for (const member of members) come.member(member)
  return left + come.bytes
}
