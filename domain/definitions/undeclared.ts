import type { DatabaseDefinition } from './definitions.ts'

/** The definition of every database without a DATABASES_FILE: any field, any JSON value. */
export const undeclared: DatabaseDefinition = { declared: false, unknownFields: 'accept', fields: new Map() }
