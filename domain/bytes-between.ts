import { isJsonObject, type Json, type JsonArray, type JsonObject } from './json.ts'
import { elementBytes, jsonBytes, memberBytes, textBytes } from './member-bytes.ts'

/** Something that one of two values has and the other lacks. */
type Part =
  | { readonly tag: 'member'; readonly name: string; readonly value: Json }
  /** An element of a list that is itself a member, whose texts a profile may be found by. */
  | { readonly tag: 'element'; readonly of: string; readonly value: Json }
  /** Deeper, `beside` the bytes of its name and commas. */
  | { readonly tag: 'inner'; readonly beside: number; readonly value: Json }

const partBytes = (part: Part, atMost: number): number => {
  switch (part.tag) {
    case 'member':
      return memberBytes(part.name, part.value, atMost)
    case 'element':
      return elementBytes(textBytes(part.of) + 2, part.value, atMost)
    case 'inner':
      return part.beside + jsonBytes(part.value, atMost - part.beside)
  }
}

const own = (object: JsonObject, name: string): Json | undefined =>
  Object.hasOwn(object, name) ? object[name] : undefined

/**
 * The parts in which values differ. What is the same object on both sides, or an equal scalar, is passed over: so the cost is
 * that of the change, however large the values are.
 */
export class BytesBetween {
  private readonly before: Part[] = []
  private readonly after: Part[] = []

  /** Undefined where there is no such member. */
  members(name: string, before: Json | undefined, after: Json | undefined): void {
    if (Array.isArray(before) && Array.isArray(after))
      this.lists(before, after, (value) => ({ tag: 'element', of: name, value }))
    else if (isJsonObject(before) && isJsonObject(after)) this.objects(before, after)
    else if (before !== after) {
      if (before !== undefined) this.before.push({ tag: 'member', name, value: before })
      if (after !== undefined) this.after.push({ tag: 'member', name, value: after })
    }
  }

  /** Of more than `atMost` any number above that is given. */
  total(bytes: number, atMost: number): number {
    let total = bytes
    for (const part of this.before) total -= partBytes(part, Number.POSITIVE_INFINITY)
    for (const part of this.after) {
      total += partBytes(part, atMost - total)
      if (total > atMost) break
    }
    return total
  }

  /** Of different lengths: one has elements that the other lacks, and otherwise they are the same in the same order. */
  private lists(before: JsonArray, after: JsonArray, partOf: (element: Json) => Part): void {
    if (before.length === after.length) {
      for (const [i, element] of after.entries()) this.elements(before[i] ?? null, element, partOf)
      return
    }
    let next = 0
    for (const element of before) {
      if (next < after.length && after[next] === element) next += 1
      else this.before.push(partOf(element))
    }
    for (const element of after.slice(next)) this.after.push(partOf(element))
  }

  private elements(before: Json, after: Json, partOf: (element: Json) => Part): void {
    if (before === after) return
    if (isJsonObject(before) && isJsonObject(after)) this.objects(before, after)
    else {
      this.before.push(partOf(before))
      this.after.push(partOf(after))
    }
  }

  private objects(before: JsonObject, after: JsonObject): void {
    if (before === after) return
    for (const name of Object.keys(after)) {
      const [was, is] = [own(before, name), after[name] ?? null]
      if (was === undefined) this.after.push(namedPart(name, is))
      else this.values(was, is)
    }
    for (const name of Object.keys(before))
      if (!Object.hasOwn(after, name)) this.before.push(namedPart(name, before[name] ?? null))
  }

  private values(before: Json, after: Json): void {
    if (before === after) return
    if (isJsonObject(before) && isJsonObject(after)) this.objects(before, after)
    else if (Array.isArray(before) && Array.isArray(after))
      this.lists(before, after, (value) => ({ tag: 'inner', beside: 1, value }))
    else {
      this.before.push({ tag: 'inner', beside: 0, value: before })
      this.after.push({ tag: 'inner', beside: 0, value: after })
    }
  }
}

const namedPart = (name: string, value: Json): Part => ({ tag: 'inner', beside: 2 + textBytes(name), value })
