const firstMs = 100
const maximumMs = 10_000

/** Milliseconds to wait after failure number `attempt` (from 0): doubles up to 10 s, of which a random half is left out. */
export const backOffMs = (attempt: number, random: () => number): number => {
  const full = Math.min(maximumMs, firstMs * 2 ** Math.min(attempt, 10))
  return full / 2 + (full / 2) * random()
}
