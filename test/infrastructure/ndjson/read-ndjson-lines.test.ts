import { Readable } from 'node:stream'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type NdjsonLine, readNdjsonLines } from '../../../infrastructure/ndjson/read-ndjson-lines.ts'

const linesOf = async (chunks: Iterable<Uint8Array>, limit?: number) => {
  const lines: Array<NdjsonLine> = []
  for await (const some of readNdjsonLines(Readable.from(chunks), limit)) lines.push(...some)
  return lines
}

const texts = (lines: ReadonlyArray<NdjsonLine>) =>
  lines.map(({ line, body }) => [line, Buffer.from(body).toString('latin1')])

const cut = (bytes: Buffer, places: ReadonlyArray<number>) => {
  const cuts = [0, ...places.map((place) => place % (bytes.length + 1)).sort((a, b) => a - b), bytes.length]
  return cuts.slice(1).map((to, i) => bytes.subarray(cuts[i], to))
}

const blank = (text: string) => /^[ \t\v\f\r]*$/.test(text)

describe('lines', () => {
  test.each([
    ['', []],
    ['a', [[1, 'a']]],
    ['a\n', [[1, 'a']]],
    [
      'a\nb',
      [
        [1, 'a'],
        [2, 'b'],
      ],
    ],
    [
      'a\r\nb\r\n',
      [
        [1, 'a'],
        [2, 'b'],
      ],
    ],
    ['a\r\r\n', [[1, 'a\r']]],
    ['a\rb\n', [[1, 'a\rb']]],
    ['\n \t\r\n\na\n \n', [[4, 'a']]],
    [' a \n', [[1, ' a ']]],
    ['\xef\xbb\xbfa\n', [[1, '\xef\xbb\xbfa']]],
    ['\xef\xbb\xbf', []],
    ['\xef\xbb\xbf\r\na\n', [[2, 'a']]],
    ['\xef\xbb\n', [[1, '\xef\xbb']]],
    ['\xff\xfe\0\n', [[1, '\xff\xfe\0']]],
  ])('%j', async (input, expected) => {
    expect(texts(await linesOf([Buffer.from(input, 'latin1')]))).toEqual(expected)
  })

  test('are the same however the input is split into chunks', async () => {
    const character = fc.constantFrom('\n', '\n', '\r', ' ', '\t', 'a', '{', '\xc3', '\xff', '\0')
    await fc.assert(
      fc.asyncProperty(
        fc.string({ unit: character, maxLength: 60 }),
        fc.array(fc.nat(), { maxLength: 12 }),
        async (text, places) => {
          const lines = await linesOf(cut(Buffer.from(text, 'latin1'), places))
          const expected = text
            .split('\n')
            .map((line, i) => [i + 1, line.replace(/\r$/, '')] as const)
            .filter(([, line]) => !blank(line))
          expect(texts(lines)).toEqual(expected)
          for (const { line, end } of lines) {
            expect(end).toBe(Math.min(text.length, text.split('\n').slice(0, line).join('\n').length + 1))
          }
        },
      ),
      { numRuns: 500 },
    )
  })
})

describe('a line that is too long', () => {
  test.each([[[50]], [[3, 9]], [[11]], [[12]], [[8, 13, 14, 15]]])(
    'is named after the lines before it were given: cut at %j',
    async (places) => {
      const given: Array<NdjsonLine> = []
      const read = async () => {
        const chunks = cut(Buffer.from('12345\n\n12345678\nlast\n'), places)
        for await (const some of readNdjsonLines(Readable.from(chunks), 7)) given.push(...some)
      }
      await expect(read()).rejects.toThrow('line 3: is longer than 7 bytes')
      expect(texts(given)).toEqual([[1, '12345']])
    },
  )

  test('does not include one exactly at the limit', async () => {
    expect(await linesOf([Buffer.from('1234567\n1234567')], 7)).toHaveLength(2)
  })

  test('is not read to the end', async () => {
    let chunks = 0
    const endless = function* () {
      for (;;) {
        chunks += 1
        yield Buffer.alloc(10, 'x')
      }
    }
    await expect(linesOf(endless(), 100)).rejects.toThrow('line 1')
    expect(chunks).toBeLessThan(200)
  })
})
