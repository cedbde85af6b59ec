import type { ImportRules } from '../../domain/rules.ts'
import type { DocumentOf, IdOf, ReadModelName } from '../../projections/registry.ts'
import type { DocumentKind } from './document-kind.ts'
import { importDocuments } from './import-documents.ts'
import { profileDocuments } from './profile-documents.ts'
import { refusalDocuments } from './refusal-documents.ts'
import { searchDocuments } from './search-documents.ts'

export type ReadModelDocuments = {
  readonly [Name in ReadModelName]: DocumentKind<IdOf<Name>, DocumentOf<Name>>
}

/** How the documents of each read model are stored in collections. */
export const readModelDocuments = (definitionOf: ImportRules['definitionOf']): ReadModelDocuments => ({
  profiles: profileDocuments(definitionOf),
  imports: importDocuments,
  refusals: refusalDocuments,
  search: searchDocuments,
})
