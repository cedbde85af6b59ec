import type { Delivery } from '../../application/ports/import-source.ts'
import { overlay } from '../../application/rehearsing/overlay.ts'
import { rehearse } from '../../application/rehearsing/rehearse.ts'
import type { MessageToReplay } from '../../application/replay.ts'
import type { Stores } from '../composition-root/stores.ts'
import type { Config } from '../config/load-config.ts'
import { systemChance } from '../system/system-chance.ts'
import { systemClock } from '../system/system-clock.ts'
import { systemIds } from '../system/system-ids.ts'
import { rehearsedLine } from './format-event.ts'
import { interruptible } from './interruptible.ts'
import { liveGeneration } from './live-generation.ts'
import { print } from './output.ts'

/** Prints what each message would do, if those before it had been resubmitted. Writes nothing. @throws CommandFailed */
export const rehearseReplays = async (
  stores: Stores,
  { rules }: Config,
  messages: AsyncIterable<MessageToReplay>,
): Promise<void> => {
  const { profileDirectory, auditIndex, eventStore, projections, projectionStores } = stores
  await liveGeneration(projections.profiles, projectionStores.profiles)
  await liveGeneration(projections.imports, projectionStores.imports)
  const base = { directory: profileDirectory, auditIndex, readStream: eventStore.readStream }
  const ports = { log: eventStore, clock: systemClock, chance: systemChance, ids: systemIds }
  await interruptible((stop) =>
    rehearse(
      { ...ports, stage: overlay(base, rules.definitionOf) },
      { rules, profilesVersion: projections.profiles.version },
      deliveries(messages),
      async (outcomes) => {
        for (const { event } of outcomes) await print(rehearsedLine(event))
      },
      stop,
    ),
  )
}

async function* deliveries(
  messages: AsyncIterable<MessageToReplay>,
): AsyncGenerator<ReadonlyArray<Delivery>> {
  const run = systemIds.fresh()
  let line = 0
  for await (const message of messages) {
    line += 1
    const source = { kind: 'ndjson', run, line } as const
    yield [{ ...message, source, properties: {}, redelivered: false, receivedAt: systemClock.now() }]
  }
}
