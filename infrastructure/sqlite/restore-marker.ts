import { existsSync } from 'node:fs'
import { join } from 'node:path'

/** This file is in a data folder while a backup is restored there, from its first change to its last. */
export const restoreMarker = (dataFolder: string): string => join(dataFolder, 'restore.unfinished')

export const isRestoreUnfinished = (dataFolder: string): boolean => existsSync(restoreMarker(dataFolder))
