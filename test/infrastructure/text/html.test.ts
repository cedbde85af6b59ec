import fc from 'fast-check'
import { expect, test } from 'vitest'
import { htmlText, scriptJson } from '../../../infrastructure/text/html.ts'

test('text cannot begin an element or an entity, nor end an attribute', () => {
  expect(htmlText(`<b title="x" id='y'>&amp;`)).toBe('&lt;b title=&quot;x&quot; id=&#39;y&#39;&gt;&amp;amp;')
})

test('invisible characters are shown', () => {
  expect(htmlText('a\u202eb\u0000c')).toBe('a\\u202eb\\u0000c')
})

test('JSON cannot end its script element, and has the same value', () => {
  fc.assert(
    fc.property(
      fc.jsonValue(),
      fc.constantFrom('</script>', '<!--', ']]>', '&lt;', '\u2028'),
      (value, text) => {
        const json = scriptJson([value, { [text]: text }])
        expect(json).not.toMatch(/[<>&\u2028]/)
        expect(JSON.parse(json)).toEqual(JSON.parse(JSON.stringify([value, { [text]: text }])))
      },
    ),
  )
})
