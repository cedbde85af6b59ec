import { describe, expect, test } from 'vitest'
import { createTroubles } from '../../service/troubles.ts'

const noLeader = { with: 'event store', cause: 'no leader' }

/** Records what is logged, with a clock that is set by hand. */
const given = () => {
  const lines: Array<readonly [level: string, text: string, fields: unknown]> = []
  const note = (level: string) => (fields: unknown, text: string) => lines.push([level, text, fields])
  let now = 0
  const clock = { now: () => 0, elapsed: () => now, sleep: async () => {}, turn: async () => {} }
  const troubles = createTroubles(clock, { error: note('error'), warn: note('warn') })
  return { troubles, lines, at: (seconds: number) => (now = 1000 * seconds) }
}

describe('trouble with a store', () => {
  test('for seven minutes, met by four loops that retry every five seconds, gives at most nine lines', () => {
    const { troubles, lines, at } = given()
    const parts = ['import', 'profiles', 'imports', 'replies']
    for (let second = 0; second <= 420; second += 5) {
      at(second)
      for (const part of parts) troubles.met(part, noLeader)
    }
    at(423)
    for (const part of parts) troubles.over(part)
    expect(lines[0]).toEqual(['error', 'event store unavailable: retrying', noLeader])
    expect(lines.slice(1, -1).map(([level, text]) => [level, text])).toEqual(
      Array.from({ length: 7 }, () => ['error', 'event store still unavailable: retrying']),
    )
    expect(lines[1]?.[2]).toEqual({ ...noLeader, waited_seconds: 60 })
    expect(lines.at(-1)).toEqual([
      'warn',
      'event store available again',
      { with: 'event store', waited_seconds: 423 },
    ])
  })

  test('ends only when every component that met it has recovered', () => {
    const { troubles, lines } = given()
    troubles.met('import', noLeader)
    troubles.met('replies', noLeader)
    troubles.over('import')
    troubles.over('profiles')
    expect(troubles.present()).toEqual([noLeader])
    troubles.over('replies')
    expect(troubles.present()).toEqual([])
    expect(lines).toHaveLength(2)
  })

  test('is distinct from trouble with another store', () => {
    const { troubles, lines } = given()
    troubles.met('import', noLeader)
    troubles.met('replies', { with: 'read models', cause: 'wrong password' })
    expect(lines).toHaveLength(2)
    expect(troubles.present().map(({ cause }) => cause)).toEqual(['no leader', 'wrong password'])
  })

  test('ends when the component reports trouble with another store', () => {
    const { troubles, lines } = given()
    troubles.met('import', noLeader)
    troubles.met('import', { with: 'read models', cause: 'wrong password' })
    expect(troubles.present()).toEqual([{ with: 'read models', cause: 'wrong password' }])
    expect(lines.map(([level]) => level)).toEqual(['error', 'warn', 'error'])
  })

  test('with another cause is reported with the next reminder', () => {
    const { troubles, lines, at } = given()
    const noAnswer = { with: 'event store', cause: 'no answer' }
    troubles.met('import', noLeader)
    troubles.met('import', noAnswer)
    expect(lines).toHaveLength(1)
    expect(troubles.present()).toEqual([noAnswer])
    at(61)
    troubles.met('import', noAnswer)
    expect(lines.at(-1)?.[2]).toEqual({ ...noAnswer, waited_seconds: 61 })
  })

  test('that returns is reported again', () => {
    const { troubles, lines } = given()
    for (let i = 0; i < 2; i++) {
      troubles.met('import', noLeader)
      troubles.over('import')
    }
    expect(lines.map(([level]) => level)).toEqual(['error', 'warn', 'error', 'warn'])
  })
})
