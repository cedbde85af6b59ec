import { relative, resolve, sep } from 'node:path'

/** Whether a folder is another one, or in it. */
export const isWithin = (folder: string, other: string): boolean => {
  const [first] = relative(resolve(other), resolve(folder)).split(sep)
  return first !== '..'
}
