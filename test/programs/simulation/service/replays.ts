import { hash } from 'node:crypto'
import * as E from 'fp-ts/lib/Either.js'
import { type Fix, fixMessage } from '../../../../application/fix-message.ts'
import { replayKeyName, replayMark } from '../../../../application/replay-mark.ts'
import { contextOf } from '../../../../domain/events/stored-event.ts'
import type { Random } from '../world/random.ts'
import type { Outside } from './outside.ts'

/** Of the replay marks: in the log from its beginning, so that every backup has it. */
export const replayKey = new Uint8Array(32).fill(7)

const fixesOf = (random: Random): ReadonlyArray<Fix> =>
  random.pick<ReadonlyArray<Fix>>(
    [],
    [{ action: 'unset', path: ['update_only'] }],
    [{ action: 'set', path: ['data', 'CRM_ID'], json: `"c${random.integer(0, 5)}"` }],
    [{ action: 'set', path: ['data', 'ext'], json: `"x${random.integer(0, 5)}"` }],
  )

/** Somebody resubmits a kept message, as the command `replay` does; `n` counts. */
export const publishReplay = (
  { world, broker, log, readModels }: Outside,
  random: Random,
  n: number,
): void => {
  const records = [...(readModels.imports.live()?.documents.values() ?? [])]
  const record = records.length === 0 ? undefined : records[random.integer(0, records.length - 1)]
  const recorded = record && log.stream(record.stream)[record.revision]
  const context = recorded && contextOf(recorded.event)
  // The read model may show what the log has given up.
  if (context === undefined || recorded?.eventId !== record?.importId) return
  const { source, import_id: replayOf } = context.public
  const { body, encoding } = context.message
  const kept = Buffer.from(body, encoding)
  const fixes = fixesOf(random)
  const fixed = E.getOrElse(() => ({ body: kept as Uint8Array, fixes: [] as ReadonlyArray<Fix> }))(
    fixMessage(kept, fixes),
  )
  const queue = source.kind === 'queue' ? source.queue : ''
  const sha256 = hash('sha256', fixed.body, 'hex')
  const properties = { message_id: `r${n}` }
  const claim = {
    replayOf,
    ...(fixed.fixes.length > 0 && { fixes: JSON.stringify(fixed.fixes) }),
    ...(random.chance(0.3) && { overwrite: true as const }),
  }
  const marked = { ...claim, queue, properties, contentEncoding: undefined, bodySha256: sha256 }
  world.say('INCIDENT', () => `r${n} replays ${replayOf}${claim.overwrite ? ' and may overwrite' : ''}`)
  const replay = { ...claim, replayMark: replayMark(log.secrets.get(replayKeyName) ?? replayKey, marked) }
  broker.publish({ queue, body: fixed.body, sha256, properties, replay })
}
