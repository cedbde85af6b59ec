import { canonicalJson } from '../canonical-json.ts'
import type { Json, JsonArray } from '../json.ts'
import { isObjectList, isTags } from './held-type.ts'
import { normalTag } from './tag.ts'

/** Equal for equal list elements. A list never holds both strings and objects. */
export const elementKey = (element: Json): string =>
  typeof element === 'string' ? element : canonicalJson(element)

/** The same for every spelling of a tag: old events may contain tags that are not normalised. */
export const tagElementKey = (element: Json): string => normalTag(elementKey(element))

type KeyOf = typeof elementKey

/** The elements of a list by key, and everything else that takes a walk over all elements to learn. */
export class ElementIndex {
  /** As `isTags` and `isObjectList` say about the list. Elements added later are of the same kind. */
  readonly isTags: boolean
  readonly isObjectList: boolean
  readonly keyOf: KeyOf
  #list: JsonArray
  /** The only element with the key, as for most keys, or all of them. */
  readonly #elements = new Map<string, Json | Set<Json>>()
  #last: { readonly from: JsonArray; readonly put: JsonArray; readonly taken: JsonArray } | undefined

  constructor(list: JsonArray, keyOf: KeyOf) {
    this.isTags = isTags(list)
    this.isObjectList = isObjectList(list)
    this.keyOf = keyOf
    this.#list = list
    for (const element of list) this.#put(element)
  }

  with(key: string): Iterable<Json> {
    const found = this.#elements.get(key)
    return found instanceof Set ? found : found === undefined ? [] : [found]
  }

  has(key: string): boolean {
    return this.#elements.has(key)
  }

  /** Goes back one step if that leads to the list: a change that was refused in the end leaves the list as it was. */
  isOf(list: JsonArray): boolean {
    if (this.#last?.from === list) {
      for (const element of this.#last.put) this.#take(element)
      for (const element of this.#last.taken) this.#put(element)
      this.#list = list
      this.#last = undefined
    }
    return this.#list === list
  }

  moveTo(list: JsonArray, added: JsonArray, removed: JsonArray): void {
    for (const element of removed) this.#take(element)
    const put = added.filter((element) => this.#put(element))
    this.#last = { from: this.#list, put, taken: removed }
    this.#list = list
  }

  /** False if it was already there. */
  #put(element: Json): boolean {
    const key = this.keyOf(element)
    const found = this.#elements.get(key)
    if (found === element || (found instanceof Set && found.has(element))) return false
    if (found === undefined) this.#elements.set(key, element)
    else if (found instanceof Set) found.add(element)
    else this.#elements.set(key, new Set([found, element]))
    return true
  }

  #take(element: Json): void {
    const key = this.keyOf(element)
    const found = this.#elements.get(key)
    if (found instanceof Set) found.delete(element)
    if (found === element || (found instanceof Set && found.size === 0)) this.#elements.delete(key)
  }
}

const indexes = new WeakMap<JsonArray, ElementIndex>()

/** Building the index of so few takes less time than keeping it. */
const fewTags = 32

/**
 * The index of a held list. Unless that is a few tags, it is built once and then carried from change to change, so that
 * its cost is proportional to the changes.
 */
export const elementIndex = (list: JsonArray, keyOf: KeyOf): ElementIndex => {
  if (list.length <= fewTags && isTags(list)) return new ElementIndex(list, keyOf)
  const known = indexes.get(list)
  if (known !== undefined && known.keyOf === keyOf && known.isOf(list)) return known
  const made = new ElementIndex(list, keyOf)
  indexes.set(list, made)
  return made
}

/**
 * Passes the index on to `after`, which is the list with some elements added or removed. Not from or to an empty list,
 * which is of either kind.
 */
export const withIndex = (
  list: JsonArray,
  after: JsonArray,
  added: JsonArray,
  removed: JsonArray,
): JsonArray => {
  const index = list.length === 0 || after.length === 0 ? undefined : indexes.get(list)
  if (index?.isOf(list)) {
    index.moveTo(after, added, removed)
    indexes.set(after, index)
  }
  return after
}
