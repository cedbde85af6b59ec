import type { DatabaseDefinition } from './definitions/definitions.ts'
import type { Database } from './ids.ts'
import type { Limits } from './limits.ts'

/** The settings that affect outcomes. */
export interface ImportRules {
  readonly limits: Limits
  /** ISO 3166 alpha-2. Without it, phones in national format are refused. */
  readonly defaultCountry?: string
  readonly ambiguousMatch: 'oldest' | 'reject'
  /** Undefined if there is no such database. */
  readonly definitionOf: (database: Database) => DatabaseDefinition | undefined
}
