import { describe, expect, test } from 'vitest'
import { epochOf, forkedAt, standingOf } from '../../application/epochs.ts'
import type { LogIdentity } from '../../application/ports/log-identity.ts'
import { beginning, type Position } from '../../application/ports/position.ts'
import { anImportId } from '../support/builders/event-builders.ts'

const at = (n: number): Position => String(n) as Position
const now = Date.parse('2026-11-30T08:15:00.250Z')
const original: LogIdentity = { log_id: anImportId(1), epoch: 1 }
const restored = forkedAt(original, at(100), now)
const again = forkedAt(restored, at(150), now + 60_000)

describe('a fork', () => {
  test('begins an epoch that is named after the time', () => {
    expect(restored).toEqual({
      log_id: original.log_id,
      epoch: 20261130081500,
      forks: [{ epoch: 20261130081500, after: '100', time: '2026-11-30T08:15:00.250Z' }],
    })
    expect(again.forks).toHaveLength(2)
  })

  test('begins a later epoch than those before, even if the clock was set back', () => {
    expect(forkedAt(restored, at(100), now - 60_000).epoch).toBe(restored.epoch + 1)
  })

  test('does not give an epoch again if the same backup is restored another time', () => {
    expect(forkedAt(original, at(100), now + 1000).epoch).not.toBe(restored.epoch)
  })
})

describe('the epoch of an event', () => {
  test('is the one in which it was written', () => {
    expect([1, 100, 101, 150, 151].map((n) => epochOf(again, at(n)))).toEqual([
      ...[1, 1],
      ...[restored.epoch, restored.epoch],
      again.epoch,
    ])
    expect(epochOf({}, at(7))).toBe(1)
  })
})

describe('a checkpoint', () => {
  const standing = (epoch: number, position: Position) =>
    standingOf(again, { log_id: original.log_id, epoch }, position).tag

  test('of the present epoch is held', () => {
    expect(standing(again.epoch, at(1000))).toBe('Held')
  })

  test('of an earlier epoch is held up to the fork that ended it', () => {
    expect([beginning, at(100), at(101)].map((position) => standing(1, position))).toEqual([
      'Held',
      'Held',
      'GivenUp',
    ])
    expect([at(150), at(151)].map((position) => standing(restored.epoch, position))).toEqual([
      'Held',
      'GivenUp',
    ])
    expect(standingOf(again, original, at(101))).toMatchObject({
      fork: { epoch: restored.epoch, after: '100' },
    })
  })

  test('of an epoch that the log never was in is not held, and neither is that of another log', () => {
    expect(standing(restored.epoch + 1, at(1))).toBe('UnknownEpoch')
    expect(standingOf(again, { ...again, log_id: anImportId(2) }, at(1)).tag).toBe('OtherLog')
  })
})
