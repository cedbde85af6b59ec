import { SimulatedFault } from './faults.ts'
import type { World } from './world.ts'

/** Something outside that processes use and that can be unavailable for a while, without losing what it holds. */
export class Server {
  readonly name: string
  readonly world: World
  #awayUntil = 0

  constructor(name: string, world: World) {
    this.name = name
    this.world = world
  }

  isAway(): boolean {
    return this.world.now < this.#awayUntil
  }

  goAway(ms: number): void {
    this.world.say(this.name, () => `goes away for ${ms.toFixed(0)} ms`)
    this.#awayUntil = Math.max(this.#awayUntil, this.world.now + ms)
  }

  /** A moment during one call when others get their turn. @throws SimulatedFault if the server became unavailable */
  async moment(ms: number): Promise<void> {
    await this.world.sleep(ms)
    if (this.isAway()) throw new SimulatedFault(`${this.name} went away`)
  }
}
