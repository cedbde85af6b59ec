import { execFile } from 'node:child_process'
import { mkdir, statfs } from 'node:fs/promises'
import { promisify } from 'node:util'

/** The file system of the data folder, which can be filled. */
export interface Disk {
  /** How it is filled; undefined if that is not possible here. */
  readonly manner: 'mounted file system' | 'file size limit' | undefined
  /** From now on the process with this id can write nothing new. */
  fill(pid: number): Promise<void>
  relieve(pid: number): Promise<void>
  dispose(): Promise<void>
}

const run = promisify(execFile)

const works = async (command: string, ...argv: ReadonlyArray<string>): Promise<boolean> => {
  try {
    await run(command, [...argv])
    return true
  } catch {
    return false
  }
}

/**
 * For root, a separate file system in memory; otherwise a limit on the size of files, which also looks like a full
 * disk.
 */
export const prepareDisk = async (folder: string, megabytes: number): Promise<Disk> => {
  await mkdir(folder, { recursive: true })
  if (await works('mount', '-t', 'tmpfs', '-o', `size=${megabytes}m`, 'torture', folder))
    return mounted(folder, megabytes)
  if (await works('prlimit', '--pid', String(process.pid), '--fsize')) return limited
  return noDisk
}

const nothing = async (): Promise<void> => {}

/** A disk that cannot be filled. */
export const noDisk: Disk = { manner: undefined, fill: nothing, relieve: nothing, dispose: nothing }

const mounted = (folder: string, megabytes: number): Disk => {
  const resize = (size: string) => works('mount', '-o', `remount,size=${size}`, folder)
  return {
    manner: 'mounted file system',
    fill: async () => {
      // Fails if the service has used more space meanwhile.
      for (let filled = false; !filled; ) {
        const { blocks, bfree, bsize } = await statfs(folder)
        filled = await resize(String((blocks - bfree) * bsize))
      }
    },
    relieve: async () => {
      if (!(await resize(`${megabytes}m`))) throw new Error('the disk cannot be relieved')
    },
    dispose: async () => {
      await run('umount', [folder])
    },
  }
}

const limited: Disk = {
  manner: 'file size limit',
  fill: async (pid) => {
    await works('prlimit', '--pid', String(pid), '--fsize=1:unlimited')
  },
  relieve: async (pid) => {
    await works('prlimit', '--pid', String(pid), '--fsize=unlimited:unlimited')
  },
  dispose: nothing,
}
