import type { DatabaseDefinition } from './definitions.ts'

/** Every database when no DATABASES_FILE is given: any field, any JSON value. */
export const undeclared: DatabaseDefinition = { declared: false, unknownFields: 'accept', fields: new Map() }
