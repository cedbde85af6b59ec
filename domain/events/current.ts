/** The version in which events are recorded now, and in which all code but the upcasters knows them. */
export * from './version-2/changes.ts'
export * from './version-2/context.ts'
export * from './version-2/event.ts'
export * from './version-2/primitives.ts'
export * from './version-2/reason.ts'

export const schemaVersion = 2
