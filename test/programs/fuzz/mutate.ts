import type { Random } from '../../../demo/random.ts'

const pieces = [
  '"',
  '{',
  '}',
  '[',
  ']',
  ',',
  ':',
  '\\',
  '\\u',
  '0',
  '-',
  'e',
  '\u0000',
  '\ufeff',
  '\ud83d\ude00',
].map((text) => Buffer.from(text))

/** Removes, duplicates, swaps and changes bytes, a few times. */
export const mutated = (bytes: Buffer, random: Random): Buffer => {
  let changed = bytes
  for (let times = 1 + random.below(4); times > 0; times--) changed = mutatedOnce(changed, random)
  return changed
}

const mutatedOnce = (bytes: Buffer, random: Random): Buffer => {
  const [a, b] = [random.below(bytes.length + 1), random.below(bytes.length + 1)].sort((x, y) => x - y)
  const [from, to] = [a ?? 0, b ?? 0]
  const [head, part, tail] = [bytes.subarray(0, from), bytes.subarray(from, to), bytes.subarray(to)]
  switch (random.pick(['cut', 'remove', 'double', 'put', 'break'])) {
    case 'cut':
      return bytes.subarray(0, to)
    case 'remove':
      return Buffer.concat([head, part.subarray(Math.min(part.length, 8)), tail])
    case 'double':
      return Buffer.concat([head, part.subarray(0, 300), part, tail])
    case 'put':
      return Buffer.concat([head, random.pick(pieces), part, tail])
    case 'break': {
      const copy = Buffer.from(bytes)
      if (copy.length > 0) copy[from % copy.length] = random.below(256)
      return copy
    }
  }
}
