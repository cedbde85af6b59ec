import type { Delivery } from '../../application/ports/import-source.ts'
import { isExact } from '../../domain/exact-number.ts'

type ScalarHeaders = NonNullable<Delivery['headers']>

/** Bytes, as JSON, of the headers that are recorded with a message. */
const maxBytes = 4096

const isScalar = (value: unknown): value is ScalarHeaders[string] =>
  typeof value === 'string' || typeof value === 'boolean' || (typeof value === 'number' && isExact(value))

/**
 * The headers that are strings, numbers or booleans, except `others`: as many, in their order, as fit into 4 KiB as JSON.
 * Undefined if there are none.
 */
export const scalarHeaders = (
  headers: Readonly<Record<string, unknown>>,
  others: ReadonlySet<string>,
): ScalarHeaders | undefined => {
  const scalars: Array<[string, ScalarHeaders[string]]> = []
  let bytes = '{}'.length
  for (const [name, value] of Object.entries(headers)) {
    if (!isScalar(value) || others.has(name) || name === '__proto__') continue
    const needed = Buffer.byteLength(`${JSON.stringify(name)}:${JSON.stringify(value)},`)
    if (bytes + needed > maxBytes) continue
    bytes += needed
    scalars.push([name, value])
  }
  return scalars.length === 0 ? undefined : Object.fromEntries(scalars)
}
