import { describe, expect, onTestFinished, test } from 'vitest'
import { forkedAt } from '../../application/epochs.ts'
import type { EventStore } from '../../application/ports/event-store.ts'
import type { LogIdentity } from '../../application/ports/log-identity.ts'
import { beginning, type Position } from '../../application/ports/position.ts'
import { undeclared } from '../../domain/definitions/undeclared.ts'
import { systemClock } from '../../infrastructure/system/system-clock.ts'
import { projections } from '../../projections/registry.ts'
import { ForeignLog, requireSameLog } from '../../service/same-log.ts'
import { anImportId } from '../support/builders/event-builders.ts'
import { openSqlite } from '../support/sqlite/open-sqlite.ts'
import { temporaryFolder } from '../support/sqlite/temporary-folder.ts'

const at = (n: number): Position => String(n) as Position
const original: LogIdentity = { log_id: anImportId(1), epoch: 1 }
const restored = forkedAt(original, at(100), Date.parse('2026-11-30T08:15:00Z'))

/** A read model that was stamped and got so far, beside a log. */
const given = async (
  shown: { log?: LogIdentity; checkpoint: Position },
  log?: LogIdentity,
  end = at(200),
) => {
  const { projectionStores, close } = openSqlite(temporaryFolder(), { clock: systemClock })
  onTestFinished(close)
  const { profiles } = projectionStores
  await profiles.create('v1', shown.log)
  await profiles.apply(1, { documents: [], revisions: new Map() }, beginning, shown.checkpoint)
  const readModels = {
    projectionStores,
    projections: projections({ definitionOf: () => undeclared, definitionsVersion: '' }),
  }
  const eventStore = { readIdentity: async () => log, end: async () => end } as EventStore
  return {
    check: (isStamping = true) =>
      requireSameLog(eventStore, readModels, { deletion: 'delete it', isStamping }),
    stamp: async () => (await profiles.generations())[0]?.log,
  }
}

const { log_id, epoch } = restored

describe('a read model', () => {
  test.each<[string, { log?: LogIdentity; checkpoint: Position }]>([
    ['of the present epoch', { log: restored, checkpoint: at(200) }],
    ['that has no stamp', { checkpoint: at(200) }],
    [
      'of another log that has seen nothing',
      { log: { log_id: anImportId(2), epoch }, checkpoint: beginning },
    ],
  ])('%s is used, and stamped with the present epoch', async (_, shown) => {
    const readModel = await given(shown, restored)
    await readModel.check()
    expect(await readModel.stamp()).toEqual({ log_id, epoch })
  })

  test('of an earlier epoch, up to the fork, is used, and keeps its stamp, by which it is rebuilt', async () => {
    const readModel = await given({ log: original, checkpoint: at(100) }, restored)
    await readModel.check()
    expect(await readModel.stamp()).toEqual(original)
  })

  test('is not stamped by a command that only reads', async () => {
    const readModel = await given({ checkpoint: at(100) }, restored)
    await readModel.check(false)
    expect(await readModel.stamp()).toBeUndefined()
  })

  test('of what an empty backup does not hold is refused, and the log does not count as lost', async () => {
    const emptied = forkedAt(original, beginning, Date.parse('2026-11-30T08:15:00Z'))
    const readModel = await given({ log: original, checkpoint: at(1) }, emptied, beginning)
    await expect(readModel.check()).rejects.toThrow(
      /contains events after the beginning, which this log gave up .*: check --data, .*, or delete it$/,
    )
  })

  test.each<[string, { log?: LogIdentity; checkpoint: Position }, RegExp]>([
    [
      'that has seen more than the fork left',
      { log: original, checkpoint: at(101) },
      /^the read model "profiles" contains events after position 100, which this log gave up when a backup was restored: check --data, EVENTSTORE_URL and MONGODB_URL, or delete it$/,
    ],
    [
      'of another restore',
      { log: { log_id, epoch: epoch + 1 }, checkpoint: at(1) },
      /is of epoch 20261130081501, in which this log never was/,
    ],
    [
      'of another log',
      { log: { log_id: anImportId(2), epoch }, checkpoint: at(1) },
      /belongs to another log: /,
    ],
    [
      'beyond the end of the log',
      { log: restored, checkpoint: at(201) },
      /belongs to another log: it contains events/,
    ],
    [
      'without a stamp, beyond the end',
      { checkpoint: at(201) },
      /belongs to another log: it contains events/,
    ],
    [
      'of another kind of store',
      { checkpoint: '1/1' as Position },
      /belongs to another log: it contains events/,
    ],
  ])('%s is refused, and stays as it is', async (_, shown, text) => {
    const readModel = await given(shown, restored)
    const refused = readModel.check()
    await expect(refused).rejects.toThrow(ForeignLog)
    await expect(refused).rejects.toThrow(text)
    expect(await readModel.stamp()).toEqual(shown.log && { log_id: shown.log.log_id, epoch: shown.log.epoch })
  })

  test('is refused beside a log that is empty, as if that was lost', async () => {
    const readModel = await given(
      { log: original, checkpoint: at(1) },
      { ...original, log_id: anImportId(2) },
      beginning,
    )
    await expect(readModel.check()).rejects.toThrow(
      /the log was lost, since it is empty: restore a backup of it$/,
    )
  })

  test('with a stamp is refused beside a log that nobody has identified yet', async () => {
    const readModel = await given({ log: original, checkpoint: at(1) })
    await expect(readModel.check()).rejects.toThrow(/belongs to another log/)
  })
})
