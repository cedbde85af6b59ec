import { expect, test } from 'vitest'
import { printableName, reasonText } from '../../domain/reason.ts'
import { buildMessage, commandFrom, declaring } from '../support/builders/message-builders.ts'

// Found by the fuzzer: DEL and the C1 controls, which JSON does not escape, ended up in error_text.
test.each([
  ['\u0000', '\\u0000'],
  ['a\r\nb', 'a\\r\\nb'],
  ['\u007f', '\\u007f'],
  ['\u009b31m', '\\u009b31m'],
  ['\u2028', '\\u2028'],
  ['\u202egpj', '\\u202egpj'],
  ['\u{e0041}', '\\udb40\\udc41'],
  ['\ud800', '\\ud800'],
  ['Имя', 'Имя'],
  ['x'.repeat(100), 'x'.repeat(64)],
])('the name %j is shown as %s', (name, shown) => {
  expect(printableName(name)).toBe(shown)
  if (!name.isWellFormed()) return
  const refused = commandFrom(
    buildMessage({ email: 'a@example.com', data: { [name]: 1 } }),
    declaring({}, 'refuse'),
  )
  expect(refused).toMatchObject({ left: [{ tag: 'UnknownField', field: shown }] })
  expect('left' in refused && reasonText(refused.left[0])).toBe(
    `data.${shown}: is not a field of this database`,
  )
})
