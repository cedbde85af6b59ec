import { type ReadModelName, readModelNames } from '../projections/registry.ts'

/** What a process of the service may do, the projection of each read model among it; by default it does all. */
export type Role = 'import' | ReadModelName | 'replies'
export const roles: ReadonlyArray<Role> = ['import', ...readModelNames, 'replies']

export const isRole = (name: string): name is Role => roles.some((role) => role === name)
