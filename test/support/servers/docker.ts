import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

export const docker = async (...argv: Array<string>): Promise<void> => {
  await dockerOutput(...argv)
}

export const dockerOutput = async (...argv: Array<string>): Promise<string> =>
  (await promisify(execFile)('docker', argv)).stdout

export const dockerWorks = (): Promise<boolean> =>
  docker('info').then(
    () => true,
    () => false,
  )
