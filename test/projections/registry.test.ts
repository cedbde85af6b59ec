import { expect, test } from 'vitest'
import { undeclared } from '../../domain/definitions/undeclared.ts'
import { projections, readModelNames } from '../../projections/registry.ts'

test('every projection is registered under its own name', () => {
  const all = projections({ definitionOf: () => undeclared, definitionsVersion: 'test' })
  expect(readModelNames.map((name) => all[name].name)).toEqual(readModelNames)
})
