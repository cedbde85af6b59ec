import type { ProjectionStore } from '../application/ports/projection-store.ts'
import type { ImportRules } from '../domain/rules.ts'
import { importsProjection } from './imports.ts'
import { profilesProjection } from './profiles.ts'
import type { Projection } from './projection.ts'
import { refusalsProjection } from './refusals.ts'
import { searchProjection } from './search.ts'

/** What determines the versions of projections, besides their code. */
export interface ProjectionSettings {
  readonly definitionOf: ImportRules['definitionOf']
  readonly definitionsVersion: string
}

/** The projections of all read models, by name. A new one needs a line here and one in the map of each store. */
const registered = {
  profiles: ({ definitionOf, definitionsVersion }: ProjectionSettings) =>
    profilesProjection(definitionOf, definitionsVersion),
  imports: () => importsProjection,
  refusals: () => refusalsProjection,
  search: ({ definitionOf, definitionsVersion }: ProjectionSettings) =>
    searchProjection(definitionOf, definitionsVersion),
}

export type ReadModelName = keyof typeof registered

export const readModelNames = Object.keys(registered) as ReadonlyArray<ReadModelName>

/**
 * The read models that importing looks up: it waits for them before it begins, and after a conflict. Others may be
 * late.
 */
export const lookedUp: ReadonlyArray<ReadModelName> = ['profiles', 'imports']

/** Whether imports continue without this read model, if it is late or has stopped. */
export const mayBeLate = (name: string): boolean =>
  readModelNames.some((known) => known === name) && !lookedUp.some((needed) => needed === name)

type ProjectionOf<Name extends ReadModelName> = ReturnType<(typeof registered)[Name]>
export type IdOf<Name extends ReadModelName> =
  ProjectionOf<Name> extends Projection<infer Id, infer _> ? Id : never
export type DocumentOf<Name extends ReadModelName> =
  ProjectionOf<Name> extends Projection<infer _, infer Document> ? Document : never

/** A read model: its projection and its store. */
export interface ReadModel<Id, Document> {
  readonly projection: Projection<Id, Document>
  readonly store: ProjectionStore<Id, Document>
}

type Half = keyof ReadModel<never, never>
type HalfOf<Name extends ReadModelName, Which extends Half> = ReadModel<IdOf<Name>, DocumentOf<Name>>[Which]
type HalfOfEach<Which extends Half> = { readonly [Name in ReadModelName]: HalfOf<Name, Which> }

export type Projections = HalfOfEach<'projection'>
export type ProjectionStores = HalfOfEach<'store'>

/** The projections of all read models, or their stores, by name. The only place where a type assertion is needed. */
export const byReadModel = <Which extends Half>(
  make: <Name extends ReadModelName>(name: Name) => HalfOf<Name, Which>,
): HalfOfEach<Which> => {
  const halves: ReadonlyArray<ReadonlyArray<unknown>> = readModelNames.map((name) => [name, make(name)])
  return Object.fromEntries(halves) as HalfOfEach<Which>
}

const makers: {
  readonly [Name in ReadModelName]: (settings: ProjectionSettings) => HalfOf<Name, 'projection'>
} = registered

export const projections = (settings: ProjectionSettings): Projections =>
  byReadModel<'projection'>((name) => makers[name](settings))

export interface ReadModels {
  readonly projections: Projections
  readonly projectionStores: ProjectionStores
}

/**
 * The results of `use` for one read model after another, each computed when requested, so that promises can be awaited
 * one by one.
 */
export function* eachReadModel<Result>(
  readModels: ReadModels,
  use: <Id, Document>(readModel: ReadModel<Id, Document>, name: ReadModelName) => Result,
  names: ReadonlyArray<ReadModelName> = readModelNames,
): Generator<Result, void> {
  const useOf = <Name extends ReadModelName>(name: Name) =>
    use({ projection: readModels.projections[name], store: readModels.projectionStores[name] }, name)
  for (const name of names) yield useOf(name)
}
