import { type Simulated, simulate } from '../simulate.ts'
import type { Defect } from './defect.ts'

/** The first history that reveals a planted defect; undefined if its number of seeds is not enough. */
export const catchDefect = async (
  { seeds, focus, plant, replace }: Defect,
  most = seeds,
): Promise<Simulated | undefined> => {
  const putBack = replace?.()
  try {
    for (let seed = 1; seed <= most; seed++) {
      const options = { ...(plant === undefined ? {} : { plant }), ...(focus === undefined ? {} : { focus }) }
      const simulated = await simulate(seed, options)
      if (simulated.violations.length > 0) return simulated
    }
    return undefined
  } finally {
    putBack?.()
  }
}
