import type { DocumentOf, IdOf, ReadModelName } from '../../projections/registry.ts'
import type { DocumentKind } from './document-kind.ts'
import { importDocuments } from './import-documents.ts'
import { profileDocuments } from './profile-documents.ts'
import { refusalDocuments } from './refusal-documents.ts'

/** How the documents of each read model are stored in collections. */
export const readModelDocuments: {
  readonly [Name in ReadModelName]: DocumentKind<IdOf<Name>, DocumentOf<Name>>
} = {
  profiles: profileDocuments,
  imports: importDocuments,
  refusals: refusalDocuments,
}
