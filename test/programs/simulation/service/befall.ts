import type { Random } from '../world/random.ts'
import type { Cluster, Place, Running } from './cluster.ts'
import type { Incident } from './incidents.ts'
import type { Outside } from './outside.ts'
import type { Restores } from './restores.ts'

/** Milliseconds after which one side of a connection notices that the other is gone. */
const fastestHeartbeat = 2000
const slowestHeartbeat = 8000

/** Makes an incident happen now. */
export const befall = (
  incident: Incident,
  cluster: Cluster,
  outside: Outside,
  restores: Restores,
  random: Random,
): void => {
  outside.world.say('INCIDENT', () => JSON.stringify(incident))
  switch (incident.kind) {
    case 'broker away':
      outside.broker.restart(incident.ms)
      break
    case 'log away':
      outside.log.goAway(incident.ms)
      break
    case 'store away':
      outside.store.goAway(incident.ms)
      break
    case 'lag':
      outside.readModels[incident.projection].heldUntil = outside.world.now + incident.ms
      break
    case 'rebuild':
      cluster.rebuild(incident.projection, incident.killedAfter)
      break
    case 'deploy':
      cluster.deploy()
      break
    case 'restore':
      restores.backUp(incident.ms)
      break
    default: {
      const place = cluster.places[incident.who]
      if (place?.running !== undefined) befallProcess(incident, cluster, place, place.running, random)
    }
  }
}

const befallProcess = (
  incident: Extract<Incident, { who: number }>,
  cluster: Cluster,
  place: Place,
  { process, stop }: Running,
  random: Random,
): void => {
  const channel = cluster.channels.get(process.name)
  const heartbeat = random.between(fastestHeartbeat, slowestHeartbeat)
  switch (incident.kind) {
    case 'kill':
      process.kill()
      // What it sent last may be lost, and a machine that falls silent is noticed only later.
      if (channel !== undefined) channel.isCut = random.chance(0.5)
      cluster.ended(place, process, random.chance(0.7) ? 1 : heartbeat)
      break
    case 'stop':
      process.resume(() => stop.abort())
      break
    case 'close':
      channel?.close()
      break
    case 'cut':
      channel?.cut(heartbeat, random.between(fastestHeartbeat, slowestHeartbeat))
      break
    case 'suspend':
      process.suspend(incident.ms)
      process.world.after(heartbeat, () => process.isSuspended() && channel?.close())
  }
}
