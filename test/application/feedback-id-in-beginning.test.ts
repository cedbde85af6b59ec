import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { feedbackIdInBeginning } from '../../application/feedback-id-in-beginning.ts'

const bytesOf = (text: string) => new TextEncoder().encode(text)
const idIn = (text: string) => feedbackIdInBeginning(bytesOf(text))

describe('the feedback_id of a message that is cut off', () => {
  test.each([
    ['first', '{"feedback_id":"f1","data":{"a":"xx', 'f1'],
    ['after others', '{ "account_id" : 1 ,\n"data":{"a":[1,{"b":"}"}]},"feedback_id" : "f1" ,"x', 'f1'],
    ['after a byte order mark', '\ufeff{"feedback_id":"f1","x', 'f1'],
    ['with escapes', '{"feedback\\u005fid":"f\\"\\\\1","x', 'f"\\1'],
    ['after a name that ends in a backslash', '{"a\\\\":"\\\\","feedback_id":"f1","x', 'f1'],
    ['missing', '{"account_id":1,"data":{"a":"xx', ''],
    ['itself cut off', '{"feedback_id":"f1', ''],
    ['cut off in an escape', '{"feedback_id":"f1\\', ''],
    ['only the name', '{"feedback_id":', ''],
    ['deeper inside', '{"data":{"feedback_id":"f1"},"x', ''],
    ['in a list', '{"data":["feedback_id",":","f1"],"x', ''],
    ['a value', '{"a":"feedback_id","f1":2,"x', ''],
    ['in a text', '{"a":"\\",\\"feedback_id\\":\\"f1\\"","x', ''],
    ['in a text that is cut off', '{"a":"{\\"feedback_id\\":\\"f1\\",', ''],
    ['not a string', '{"feedback_id":["f1"],"b":"f2","x', ''],
    ['too long', `{"feedback_id":"${'x'.repeat(1025)}","x`, ''],
    ['with a lone surrogate', '{"feedback_id":"\\ud800","x', ''],
    ['in text that is not JSON', 'feedback_id: "f1"', ''],
  ])('%s', (_, text, id) => {
    expect(idIn(text)).toBe(id)
  })

  test('is not read from invalid UTF-8, but the last character may be cut off', () => {
    const whole = bytesOf('{"feedback_id":"é1","a":"é')
    expect(feedbackIdInBeginning(whole.subarray(0, -1))).toBe('é1')
    expect(feedbackIdInBeginning(whole.with(16, 0xff))).toBe('')
  })

  test('is that of the whole message, or none, wherever it is cut', () => {
    const members = fc.dictionary(fc.string(), fc.jsonValue(), { maxKeys: 4 })
    const id = fc.string({ unit: 'binary', maxLength: 9 }).filter((text) => text.isWellFormed())
    fc.assert(
      fc.property(members, id, members, fc.nat(), (before, feedback_id, after, at) => {
        const { feedback_id: _, ...others } = { ...before, ...after }
        const names = Object.keys(others)
        const message = Object.fromEntries([
          ...names.slice(0, at % 3).map((name) => [name, others[name]]),
          ['feedback_id', feedback_id],
          ...names.slice(at % 3).map((name) => [name, others[name]]),
        ])
        const bytes = bytesOf(JSON.stringify(message))
        expect(feedbackIdInBeginning(bytes)).toBe(feedback_id)
        expect(['', feedback_id]).toContain(feedbackIdInBeginning(bytes.subarray(0, at % bytes.length)))
      }),
    )
  })
})
