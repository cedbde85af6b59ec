import { isMainThread } from 'node:worker_threads'

// Loaded before the program. Makes its code throw for the messages of the tests, at each place through something that
// the engine does there for it. The program knows nothing of it. Like the engine's own errors, these contain the value.

const { isWellFormed, replaceAll } = String.prototype
const { hasOwn } = Object
const fail = (value: unknown): never => {
  throw new TypeError(`cannot make anything of ${value} at private.example`)
}

/** While a message is read. */
String.prototype.isWellFormed = function () {
  return this.includes('poison when read') ? fail(this) : isWellFormed.call(this)
}

/** While a message is matched by that field, or the keys of a profile with that field are made. */
String.prototype.replaceAll = function (searched: string | RegExp, replacement: unknown) {
  return this.startsWith('poison_key') ? fail(this) : Reflect.apply(replaceAll, this, [searched, replacement])
}

/** While the reply to a message with that correlation id is made. */
const { byteLength } = Buffer
Buffer.byteLength = (value, encoding) =>
  value === 'poison when answered' ? fail(value) : byteLength(value, encoding)

/** While a change of that field is decided; or, only in the thread of the read models, while it is folded. */
Object.hasOwn = (object, name) => {
  if (name === 'poison_decide' || (name === 'poison_fold' && !isMainThread)) return fail(name)
  return hasOwn(object, name)
}

/** While the event of a message with that feedback_id is written, outside the handling of single messages. */
const { stringify } = JSON
JSON.stringify = (value, ...rest) =>
  value?.salt !== undefined && value.feedback_id === 'poison when appended'
    ? fail(value)
    : Reflect.apply(stringify, JSON, [value, ...rest])
