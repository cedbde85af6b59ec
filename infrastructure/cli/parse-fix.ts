import type { Fix, Path } from '../../application/fix-message.ts'
import { UsageError } from './command-context.ts'

/**
 * Bytes of all fixes as JSON. On a queue they travel in a header, and all headers of a message must fit into one frame
 * of the protocol (by default 128 KiB); every event of a replay holds them.
 */
const maxBytes = 16_384

/** `PATH=JSON`. @throws UsageError, without the value: it may be personal data */
export const addSet = (text: string, earlier: ReadonlyArray<Fix> = []): ReadonlyArray<Fix> => {
  const end = endOfPath(text)
  const json = text.slice(end + 1)
  if (end === -1) throw new UsageError(['--set: must be PATH=JSON'])
  if (!isJson(json))
    throw new UsageError([
      '--set: the value must be JSON; a text needs its own quotation marks: --set \'data._fname="Ann"\'',
    ])
  return [...earlier, { action: 'set', path: path('--set', text.slice(0, end)), json: json.trim() }]
}

/** `PATH`. @throws UsageError */
export const addUnset = (text: string, earlier: ReadonlyArray<Fix> = []): ReadonlyArray<Fix> => [
  ...earlier,
  { action: 'unset', path: path('--unset', text) },
]

/**
 * Those that remove come first, so that what was removed can be set anew; of a list, the last elements first, so that
 * no place shifts. @throws UsageError
 */
export const fixesIn = (unset: ReadonlyArray<Fix> = [], set: ReadonlyArray<Fix> = []): ReadonlyArray<Fix> => {
  const fixes = [...unset.toSorted((a, b) => descending(a.path, b.path)), ...set]
  if (Buffer.byteLength(JSON.stringify(fixes)) > maxBytes)
    throw new UsageError([`--set, --unset: together they must not exceed ${maxBytes} bytes as JSON`])
  return fixes
}

const descending = (a: Path, b: Path): number => {
  const at = a.findIndex((name, i) => name !== b[i])
  const [x, y] = [a[at] ?? '', b[at] ?? '']
  if (at === -1 || x === '' || y === '') return b.length - a.length
  return Number(y) - Number(x) || (x < y ? 1 : -1)
}

/** Where the value begins: after the first `=`, or after a list of names, in which there may be others. */
const endOfPath = (text: string): number => {
  if (!text.startsWith('[')) return text.indexOf('=')
  for (let end = text.indexOf(']='); end !== -1; end = text.indexOf(']=', end + 1))
    if (isJson(text.slice(0, end + 1))) return end + 1
  return -1
}

/** Names separated by dots, or a list of names as JSON if a name contains a dot. */
const path = (option: string, text: string): Path => {
  const names: unknown = text.startsWith('[') && isJson(text) ? JSON.parse(text) : text.split('.')
  if (!isPath(names))
    throw new UsageError([
      `${option}: a path is names separated by dots, such as data.address.city, or a list of names as JSON if a name ` +
        'contains a dot: ["data","address.city"]',
    ])
  return names
}

const isPath = (value: unknown): value is Path =>
  Array.isArray(value) && value.length > 0 && value.every((name) => typeof name === 'string' && name !== '')

const isJson = (text: string): boolean => {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}
