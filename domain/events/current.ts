/** The version in which events are written now, and the only one that code other than the upcasters knows. */
export * from './version-2/changes.ts'
export * from './version-2/codes.ts'
export * from './version-2/context.ts'
export * from './version-2/contradiction.ts'
export * from './version-2/event.ts'
export * from './version-2/primitives.ts'
export * from './version-2/reason.ts'

export const schemaVersion = 2
