import { type ReadModelName, readModelNames } from '../projections/registry.ts'

/** What a process of the service does, including the projection of each read model. By default it does everything. */
export type Role = 'import' | ReadModelName | 'replies'
export const roles: ReadonlyArray<Role> = ['import', ...readModelNames, 'replies']

export const isRole = (name: string): name is Role => roles.some((role) => role === name)
