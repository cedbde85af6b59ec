/** The read models, each with a projection of its own. */
export const readModelNames = ['profiles', 'imports'] as const
export type ReadModelName = (typeof readModelNames)[number]

/** What a process of the service may do; by default it does all. */
export const roles = ['import', ...readModelNames, 'replies'] as const
export type Role = (typeof roles)[number]

export const isRole = (name: string): name is Role => roles.some((role) => role === name)
