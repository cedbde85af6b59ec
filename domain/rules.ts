import type { DatabaseDefinition } from './definitions/definitions.ts'
import type { Database } from './ids.ts'
import type { Limits } from './limits.ts'

/** The settings that decide what becomes of a message. */
export interface ImportRules {
  readonly limits: Limits
  /** ISO 3166 alpha-2; without it a phone in national form is refused. */
  readonly defaultCountry?: string
  readonly ambiguousMatch: 'oldest' | 'reject'
  /** Undefined when there is no such database. */
  readonly definitionOf: (database: Database) => DatabaseDefinition | undefined
}
