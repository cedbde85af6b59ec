import { setTimeout as sleep } from 'node:timers/promises'

/** Waits until a condition holds, for as long as the test may run. */
export const until = async (isSo: () => boolean | Promise<boolean>): Promise<void> => {
  while (!(await isSo())) await sleep(20)
}
