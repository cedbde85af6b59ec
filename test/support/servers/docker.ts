import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

export const docker = async (...argv: Array<string>): Promise<void> => {
  await promisify(execFile)('docker', argv)
}

export const dockerWorks = (): Promise<boolean> =>
  docker('info').then(
    () => true,
    () => false,
  )
