import type { DocumentOf, IdOf, ReadModelName } from '../../projections/registry.ts'
import type { GenerationTables } from './generation-tables.ts'
import { importTables } from './import-tables.ts'
import { profileTables } from './profile-tables.ts'
import { refusalTables } from './refusal-tables.ts'
import { searchTables } from './search-tables.ts'

/** How the documents of each read model are stored in tables. */
export const readModelTables: {
  readonly [Name in ReadModelName]: GenerationTables<IdOf<Name>, DocumentOf<Name>>
} = {
  profiles: profileTables,
  imports: importTables,
  refusals: refusalTables,
  search: searchTables,
}
