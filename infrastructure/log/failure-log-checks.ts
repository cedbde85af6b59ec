import { closeSync, constants, existsSync, openSync } from 'node:fs'
import { dirname } from 'node:path'
import type { CheckGroup } from '../../application/ports/check.ts'
import { requireUsableFolder } from '../system/usable-folder.ts'
import { fileProblem } from '../text/file-problem.ts'

/** Whether `serve` can write the failure log. Creates and changes nothing. */
export const failureLogChecks = (path: string): CheckGroup => ({
  name: `LOG_FILE ${path}`,
  open: async () => {
    if (existsSync(path)) requireAppendable(path)
    else requireUsableFolder(dirname(path))
    return { remark: undefined, checks: [], close: async () => {} }
  },
})

/** As it is opened, but never created. @throws Error */
const requireAppendable = (path: string): void => {
  try {
    closeSync(openSync(path, constants.O_WRONLY | constants.O_APPEND | constants.O_NONBLOCK))
  } catch (error) {
    throw new Error(
      `cannot be written: ${fileProblem(error)}: give the service's user write permission, or set LOG_FILE to another file`,
    )
  }
}
