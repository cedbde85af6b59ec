import { ReadModelSwitched } from '../../../../application/cannot-go-on.ts'
import { RebuildFailed } from '../../../../projections/rebuild.ts'
import { type ReadModelName, readModelNames } from '../../../../projections/registry.ts'
import { ForeignLog } from '../../../../service/same-log.ts'
import type { Channel } from '../broker/channel.ts'
import { type Faults, SimulatedFault } from '../world/faults.ts'
import { SimProcess } from '../world/process.ts'
import type { Random } from '../world/random.ts'
import type { Outside } from './outside.ts'
import { type Ports, prefetchOf, runRebuild, runService } from './run-service.ts'
import type { Scenario } from './scenario.ts'
import { simPorts } from './sim-ports.ts'
import type { Version } from './versions.ts'

/** Wraps the ports of one process: a planted defect. */
export type Plant = (ports: Ports, outside: Outside) => Ports

/** Milliseconds. */
const claimPoll = 500

/** A place where one process after another serves a queue: a supervisor starts the next when one has ended. */
export interface Place {
  readonly queue: string
  running: Running | undefined
  started: number
}

export interface Running {
  readonly process: SimProcess
  readonly stop: AbortController
}

/** What may end a service or a rebuild: the outside, a deployment, or another rebuild. */
const isExpected = (error: unknown): boolean =>
  [SimulatedFault, ReadModelSwitched, RebuildFailed].some((kind) => error instanceof kind)

/** The processes, and the supervisor that starts the next when one has ended. */
export class Cluster {
  /** By process: the channel that its last session has, or had. */
  readonly channels = new Map<string, Channel>()
  /** By process. */
  readonly versions = new Map<string, Version>()
  readonly #scenario: Scenario
  readonly #outside: Outside
  readonly #faults: Faults
  readonly #random: Random
  readonly #plant: Plant
  readonly places: Array<Place> = []
  #claimedBy: SimProcess | undefined
  #version: Version
  #rebuilds = 0
  #isDown = false
  #wasRestored = false
  /** The read models may show what the log gave up when it was last restored. */
  #mayBeForeign = false
  readonly #processes: Array<SimProcess> = []

  constructor(scenario: Scenario, outside: Outside, faults: Faults, random: Random, plant: Plant) {
    this.#scenario = scenario
    this.#outside = outside
    this.#faults = faults
    this.#random = random
    this.#plant = plant
    this.#version = scenario.version
    for (const queue of scenario.queues)
      for (let i = 0; i < scenario.processesPerQueue; i++)
        this.places.push({ queue, running: undefined, started: 0 })
  }

  start(): void {
    for (const place of this.places) this.#startIn(place, this.#random.between(0, 200))
  }

  #startIn(place: Place, ms: number): void {
    const outside = this.#outside
    outside.world.after(ms, () => {
      if (this.#isDown) return
      place.started += 1
      const name = `${place.queue}${this.places.indexOf(place)}.${place.started}`
      const { process, ports } = this.#processNamed(name, place.queue)
      const stop = new AbortController()
      place.running = { process, stop }
      const settings = { queue: place.queue, version: this.#version, batchSize: this.#scenario.batchSize }
      process.say(() => `starts with version ${settings.version.name}`)
      const ending = (how: string) => {
        process.say(() => `ends: ${how}`)
        process.isDead = true
        this.ended(place, process, 1)
      }
      const claim = (signal: AbortSignal) => this.#claim(process, signal)
      runService(process, ports, settings, claim, stop.signal).then(
        () => ending('done'),
        (error: unknown) => {
          if (error instanceof ForeignLog) this.#deleteReadModels(error)
          else if (!isExpected(error)) outside.world.violate(`${name} ends unexpectedly: ${error}`)
          ending(String(error))
        },
      )
    })
  }

  #processNamed(name: string, queue: string): { process: SimProcess; ports: Ports } {
    const outside = this.#outside
    const version = this.#version
    const process = new SimProcess(name, outside.world, this.#faults, this.#random.fork())
    this.#processes.push(process)
    this.versions.set(name, version)
    const ports = simPorts(outside, process, this.#random.fork(), {
      version,
      queue,
      prefetch: prefetchOf(this.#scenario),
      onOpened: (channel) => this.channels.set(name, channel),
    })
    return { process, ports: this.#plant(ports, outside) }
  }

  /** The broker notices after this many milliseconds. */
  ended(place: Place, process: SimProcess, noticedAfter: number): void {
    place.running = undefined
    if (this.#claimedBy === process) this.#claimedBy = undefined
    this.#outside.world.after(noticedAfter, () => this.#outside.broker.disconnect(process))
    this.#startIn(place, this.#random.between(100, 3000))
  }

  /** Every process dies at once, and none is started. */
  crash(): void {
    this.#isDown = true
    for (const process of this.#processes.splice(0)) if (!process.isDead) process.kill()
    for (const { running } of this.places)
      if (running !== undefined) this.#outside.broker.disconnect(running.process)
    this.#claimedBy = undefined
  }

  /** The log was restored. */
  goOn(): void {
    this.#isDown = false
    this.#wasRestored = true
    this.#mayBeForeign = true
    for (const place of this.places) {
      place.running = undefined
      this.#startIn(place, this.#random.between(100, 3000))
    }
  }

  /** What somebody does who reads why a process has ended. */
  #deleteReadModels(error: ForeignLog): void {
    const { world, readModels } = this.#outside
    if (!this.#wasRestored) world.violate(`refused for no reason: ${error.message}`)
    // Another process may have read them before they were deleted.
    if (!this.#mayBeForeign) return
    this.#mayBeForeign = false
    world.say('INCIDENT', () => `the read models are deleted: ${error.message}`)
    for (const name of readModelNames) readModels[name].delete()
  }

  async #claim(process: SimProcess, signal: AbortSignal): Promise<boolean> {
    while (this.#scenario.isClaimed && !signal.aborted) {
      this.#claimedBy ??= process
      if (this.#claimedBy === process) break
      await process.clock.sleep(claimPoll, signal)
    }
    return !signal.aborted
  }

  rebuild(projection: ReadModelName, killedAfter: number): void {
    if (this.#isDown) return
    this.#rebuilds += 1
    const { process, ports } = this.#processNamed(`rebuild${this.#rebuilds}`, this.places[0]?.queue ?? '')
    if (Number.isFinite(killedAfter)) this.#outside.world.after(killedAfter, () => process.kill())
    runRebuild(ports, projection, new AbortController().signal).then(
      () => process.say(() => `has rebuilt ${projection}`),
      (error: unknown) => {
        process.say(() => `fails: ${error}`)
        if (!isExpected(error)) this.#outside.world.violate(`${process.name} fails unexpectedly: ${error}`)
      },
    )
  }

  /** New processes have the other version. One is started in place of an old one; the others may continue beside it. */
  deploy(): void {
    const { version, nextVersion } = this.#scenario
    this.#version = this.#version === version ? nextVersion : version
    for (const [i, { running }] of this.places.entries()) {
      if (running === undefined || (i > 0 && this.#random.chance(0.5))) continue
      running.process.resume(() => running.stop.abort())
    }
  }
}
