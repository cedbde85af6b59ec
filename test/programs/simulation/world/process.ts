import { hash } from 'node:crypto'
import type { Chance } from '../../../../application/ports/chance.ts'
import type { Clock } from '../../../../application/ports/clock.ts'
import type { Ids } from '../../../../application/ports/ids.ts'
import type { ImportId } from '../../../../domain/ids.ts'
import { type Faults, SimulatedFault } from './faults.ts'
import type { Random } from './random.ts'
import type { Server } from './server.ts'
import type { World } from './world.ts'

/** Milliseconds until a call to an unavailable server fails. */
const unreachable = 20

/**
 * A process of the program. Everything that its code waits for comes through `resume`: once the process is dead,
 * nothing that it awaits ever resolves; while it is suspended, nothing resolves until it wakes up.
 */
export class SimProcess {
  readonly name: string
  readonly world: World
  readonly faults: Faults
  readonly clock: Clock
  readonly chance: Chance
  readonly ids: Ids
  isDead = false
  #suspendedUntil = 0
  readonly #waiting: Array<() => void> = []

  constructor(name: string, world: World, faults: Faults, random: Random) {
    this.name = name
    this.world = world
    this.faults = faults
    this.clock = {
      now: () => world.now,
      elapsed: () => world.now,
      sleep: (ms, signal) => this.#sleep(ms, signal),
      turn: async () => {},
    }
    this.chance = () => random.between(0, 1)
    let salts = 0
    this.ids = {
      fresh: () => uuidFrom(random.hex(30)),
      salt: () => hash('md5', `${name} ${salts++}`, 'base64url'),
    }
  }

  say(what: () => string): void {
    this.world.say(this.name, what)
  }

  isSuspended(): boolean {
    return this.world.now < this.#suspendedUntil
  }

  kill(): void {
    this.say(() => 'is killed')
    this.isDead = true
    this.#waiting.length = 0
  }

  suspend(ms: number): void {
    this.say(() => `is suspended for ${ms.toFixed(0)} ms`)
    this.#suspendedUntil = Math.max(this.#suspendedUntil, this.world.now + ms)
    this.world.after(ms, () => this.#wake())
  }

  /** Lets code of this process continue: now, when it wakes up, or never. */
  resume(run: () => void): void {
    if (this.isDead) return
    if (this.isSuspended()) this.#waiting.push(run)
    else run()
  }

  /**
   * Sends a request to a server, which processes it completely once it arrives, whatever becomes of this process.
   * Rejects if the server is unavailable, or if a fault says so, before or after the effect.
   */
  call<A>(server: Server, what: string, execute: () => A | Promise<A>): Promise<A> {
    const { world, faults } = this
    const fate = faults.call()
    return new Promise((resolve, reject) => {
      const fail = (ms: number, error: unknown) => {
        this.say(() => `${what}: ${error instanceof Error ? error.message : String(error)}`)
        world.after(ms, () => this.resume(() => reject(error)))
      }
      world.after(faults.latency(), async () => {
        if (server.isAway()) return fail(unreachable, new SimulatedFault(`${server.name} is away`))
        if (fate === 'failed before')
          return fail(faults.latency(), new SimulatedFault('the request was lost'))
        try {
          const working = execute()
          const answer = working instanceof Promise ? await working : working
          if (fate === 'failed after')
            return fail(faults.latency(), new SimulatedFault('the answer was lost'))
          world.after(faults.latency(), () => this.resume(() => resolve(answer)))
        } catch (error) {
          fail(faults.latency(), error)
        }
      })
    })
  }

  #sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      if (signal?.aborted) return resolve()
      const wake = () => {
        signal?.removeEventListener('abort', wake)
        resolve()
      }
      signal?.addEventListener('abort', wake)
      this.world.after(ms, () => this.resume(wake))
    })
  }

  #wake(): void {
    if (this.isDead || this.isSuspended()) return
    this.say(() => 'wakes up')
    // One after another, with all promises settling in between, as in an event loop.
    for (const [i, run] of this.#waiting.splice(0).entries())
      this.world.after(i * 1e-4, () => this.resume(run))
  }
}

/** Version 4. */
const uuidFrom = (hex: string): ImportId =>
  `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(12, 15)}-8${hex.slice(15, 18)}-${hex.slice(18, 30)}` as ImportId
