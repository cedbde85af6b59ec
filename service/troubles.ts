import type { Clock } from '../application/ports/clock.ts'
import type { ServiceLogger } from '../application/ports/service-logger.ts'
import type { StoreTrouble } from '../application/ports/store-trouble.ts'
import type { MeetsTroubles, Trouble } from '../application/ports/troubles.ts'

export const troubleOf = (trouble: StoreTrouble): Trouble => ({ with: trouble.store, cause: trouble.message })

/**
 * Logs each trouble when it begins, at most once a minute while it lasts, and when it is over, whichever component
 * meets it.
 */
export interface Troubles extends MeetsTroubles {
  present(): ReadonlyArray<Trouble>
}

/** Milliseconds. */
const reminderEvery = 60_000

interface Lasting {
  cause: string
  readonly since: number
  toldAt: number
  readonly components: Set<string>
}

export const createTroubles = (clock: Clock, logger: Pick<ServiceLogger, 'error' | 'warn'>): Troubles => {
  const lasting = new Map<string, Lasting>()
  const secondsSince = (time: number) => Math.round((clock.elapsed() - time) / 1000)

  const begin = (component: string, trouble: Trouble) => {
    const now = clock.elapsed()
    lasting.set(trouble.with, {
      cause: trouble.cause,
      since: now,
      toldAt: now,
      components: new Set([component]),
    })
    logger.error(trouble, `${trouble.with} unavailable: retrying`)
  }

  const remind = (known: Lasting, trouble: Trouble) => {
    if (clock.elapsed() - known.toldAt < reminderEvery) return
    known.toldAt = clock.elapsed()
    logger.error(
      { ...trouble, waited_seconds: secondsSince(known.since) },
      `${trouble.with} still unavailable: retrying`,
    )
  }

  const over = (component: string, except?: string) => {
    for (const [name, { components, since }] of lasting) {
      if (name === except || !components.delete(component) || components.size > 0) continue
      lasting.delete(name)
      logger.warn({ with: name, waited_seconds: secondsSince(since) }, `${name} available again`)
    }
  }

  return {
    met: (component, trouble) => {
      // It is past the trouble that it met before.
      over(component, trouble.with)
      const known = lasting.get(trouble.with)
      if (known === undefined) return begin(component, trouble)
      known.cause = trouble.cause
      known.components.add(component)
      remind(known, trouble)
    },
    over: (component) => over(component),
    present: () => [...lasting].map(([name, { cause }]) => ({ with: name, cause })),
  }
}
