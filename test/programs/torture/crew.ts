import { setTimeout as sleep } from 'node:timers/promises'
import type { TorturedService } from './tortured-service.ts'

/** Which services of a crew: the one that consumes the queue, or did last; those that stand by; or all of them. */
export type Whom = 'owner' | 'standby' | 'all'

/** The services on one queue. */
export class Crew {
  readonly #services: readonly [TorturedService, ...ReadonlyArray<TorturedService>]

  constructor(...services: readonly [TorturedService, ...ReadonlyArray<TorturedService>]) {
    this.#services = services
  }

  get owner(): TorturedService {
    return this.#services.reduce((last, each) => (ownedAt(each) > ownedAt(last) ? each : last))
  }

  members(whom: Whom): ReadonlyArray<TorturedService> {
    const { owner } = this
    switch (whom) {
      case 'owner':
        return [owner]
      case 'standby':
        return this.#services.filter((each) => each !== owner)
      case 'all':
        return this.#services
    }
  }

  /** How often another service took over the queue. */
  get takeovers(): number {
    const owners = this.#services
      .flatMap((service) => service.owned.map((at) => ({ service, at })))
      .sort((a, b) => a.at - b.at)
      .map(({ service }) => service)
    return owners.filter((owner, i) => i > 0 && owner !== owners[i - 1]).length
  }

  start(): void {
    for (const service of this.#services) service.start()
  }

  /** Waits until one of them is ready, which only the owner of the queue is. False if the deadline comes first. */
  async ready(deadline: number): Promise<boolean> {
    for (; Date.now() < deadline; await sleep(100)) {
      const ready = await Promise.all(this.#services.map((each) => each.isReady()))
      if (ready.includes(true)) return true
    }
    return false
  }

  /** Sends SIGTERM to all at once; returns their exit statuses. */
  stop(): Promise<ReadonlyArray<number | null>> {
    return Promise.all(this.#services.map((each) => each.stop()))
  }

  /** Kills those that still run. */
  async dispose(): Promise<void> {
    await Promise.all(this.#services.map((each) => each.dispose()))
  }
}

const ownedAt = ({ owned }: TorturedService): number => owned.at(-1) ?? 0
