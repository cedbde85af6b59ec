import * as E from 'fp-ts/lib/Either.js'
import { withNumbers } from '../../application/json-numbers.ts'
import { objectIn, textOf } from '../../application/read-json.ts'
import { reasonText } from '../../domain/reason.ts'
import { fitsProperty } from '../rabbitmq/reply-message.ts'

const expected =
  'text of 1 to 255 bytes, or a whole number within ±9007199254740991 without fraction or exponent'

/** The `message_id` in a member of the line. Left: what is wrong with the line. */
export const messageIdIn = (body: Uint8Array, member: string): E.Either<string, string> => {
  const text = textOf(body)
  if (text === undefined) return E.left(reasonText({ tag: 'NotUtf8' }))
  const content = objectIn(text)
  if (E.isLeft(content)) return E.left(content.left.map(reasonText).join('; '))
  if (!Object.hasOwn(content.right, member)) return E.left(`${member}: is missing`)
  const value = content.right[member]
  const id = typeof value === 'number' ? wholeNumber(value, text, member) : value
  return isId(id) ? E.right(id) : E.left(`${member}: must be ${expected}`)
}

/** No lone surrogates: they have no UTF-8 form, so ids that differ only in these would become the same. */
const isId = (value: unknown): value is string =>
  typeof value === 'string' && value.isWellFormed() && fitsProperty(value)

/**
 * Undefined unless the line spells the number as we would: JSON.parse rounds, so 9007199254740993 would become the id
 * of another message.
 */
const wholeNumber = (value: number, text: string, member: string): string | undefined => {
  const spelt = objectIn(withNumbers(text, (spelling) => `"${spelling}"`))
  const id = String(value)
  return Number.isSafeInteger(value) && E.isRight(spelt) && spelt.right[member] === id ? id : undefined
}
