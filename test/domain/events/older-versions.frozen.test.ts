import { hash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import ts from 'typescript'
import { expect, test } from 'vitest'
import { schemaVersion } from '../../../domain/events/current.ts'

const events = new URL('../../../domain/events/', import.meta.url)
const compilerOptions = {
  target: ts.ScriptTarget.ESNext,
  module: ts.ModuleKind.ESNext,
  removeComments: true,
}

/** What its codecs do at run time: without types and comments. */
const codecsOf = (version: string): string =>
  readdirSync(new URL(`${version}/`, events))
    .filter((file) => file !== 'upcast.ts')
    .sort()
    .map((file) => readFileSync(new URL(`${version}/${file}`, events), 'utf8'))
    .map((source) => ts.transpileModule(source, { compilerOptions }).outputText)
    .join('')

const frozen: Readonly<Record<string, string>> = {
  'version-0': 'ebecbb9eed6aa6b8311db6e14f10b57c2b2e11c60894f9e99464bcd161ef8e1f',
  'version-1': 'b508796ae0366b6f720b7316d7897f96ec6c5b3787a60597965bc00866c42d10',
}

test('every version but the current one is frozen', () => {
  const versions = readdirSync(events).filter((name) => name.startsWith('version-'))
  expect(versions.filter((name) => name !== `version-${schemaVersion}`)).toEqual(Object.keys(frozen))
})

// A wrong codec cannot be mended either: events that it accepted stand in logs.
test.each(Object.entries(frozen))('the codecs of %s never change', (version, sha256) => {
  expect(hash('sha256', codecsOf(version), 'hex')).toBe(sha256)
})
