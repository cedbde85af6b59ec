/** The version in which events are recorded now, and in which all code but the upcasters knows them. */
export * from './version-2/event.ts'

export const schemaVersion = 2
