import { spawnSync } from 'node:child_process'

/** Whether the program of Prometheus that tries alerts is on the PATH. */
export const hasPromtool = (): boolean => spawnSync('promtool', ['--version']).status === 0
