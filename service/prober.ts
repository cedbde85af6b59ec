import { errorWithoutText } from '../application/error-without-text.ts'
import { aborted } from '../application/or-aborted.ts'
import { late, orLate } from '../application/or-late.ts'
import type { Clock } from '../application/ports/clock.ts'
import type { Probed } from '../application/ports/probed.ts'
import { StoreTrouble } from '../application/ports/store-trouble.ts'
import type { MeetsTroubles } from '../application/ports/troubles.ts'
import type { Components } from './components.ts'
import { troubleOf } from './troubles.ts'

interface ProberPorts {
  readonly clock: Clock
  readonly troubles: MeetsTroubles
  readonly components: Components
}

/** Milliseconds between an answer and the next probe. */
const interval = 2000
/** Milliseconds that an answer may take; together with the interval, less than the ten seconds that readiness promises. */
const patience = 5000

/**
 * Asks each for a sign of life every few seconds, until the signal aborts: one that hangs shows nothing to a service that
 * has nothing to do. Silence and failure are troubles until the next answer.
 */
export const keepProbing = async (
  probed: ReadonlyArray<Probed>,
  ports: ProberPorts,
  signal: AbortSignal,
): Promise<void> => {
  await Promise.all(probed.map((one) => probeAgainAndAgain(one, ports, signal)))
}

const probeAgainAndAgain = async (
  { name, part, probe }: Probed,
  { clock, troubles, components }: ProberPorts,
  signal: AbortSignal,
): Promise<void> => {
  const component = `probe of ${part}`
  while (!signal.aborted) {
    const over = new AbortController()
    try {
      const answer = await orLate(clock, patience, probe(over.signal), signal)
      if (answer === aborted) return
      if (answer === late)
        troubles.met(component, { with: name, cause: `no answer within ${patience / 1000} s` })
      else {
        troubles.over(component)
        components.works(component)
      }
    } catch (error) {
      if (error instanceof StoreTrouble) troubles.met(component, troubleOf(error))
      else if (!components.defective.has(component)) components.stopped(component, errorWithoutText(error))
    } finally {
      over.abort()
    }
    await clock.sleep(interval, signal)
  }
}
