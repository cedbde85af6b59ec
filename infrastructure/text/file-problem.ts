export const notPlain = 'it is not a regular file'

const problems: Readonly<Record<string, string>> = {
  ENOENT: 'no such file',
  ENOTDIR: 'no such file',
  EISDIR: 'it is a folder',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  ENOSPC: 'the disk is full',
  ENXIO: 'it is a socket, or a pipe without a reader',
}

/** Why a file cannot be read or written, without its path; the operating system's code if we have no text for it. */
export const fileProblem = (error: unknown): string => {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error'
  return problems[code] ?? code
}
