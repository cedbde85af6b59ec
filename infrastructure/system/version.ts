import { existsSync, readFileSync } from 'node:fs'
import * as t from 'io-ts'

const packageCodec = t.type({ version: t.string })

/** The version in package.json, which is one folder further up when this runs from `dist`. */
export const version = (): string => {
  const file = ['../../package.json', '../../../package.json']
    .map((path) => new URL(path, import.meta.url))
    .find((url) => existsSync(url))
  const content: unknown = file === undefined ? undefined : JSON.parse(readFileSync(file, 'utf8'))
  return packageCodec.is(content) ? content.version : 'unknown'
}
