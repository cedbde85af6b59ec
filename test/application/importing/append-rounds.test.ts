import { expect, test } from 'vitest'
import { appendRounds } from '../../../application/importing/append-rounds.ts'
import { sizeOf } from '../../../application/importing/with-context.ts'
import { type importRejected, profileCreated } from '../../support/builders/event-builders.ts'

const stream = 'profiles-1.7'

const roundsOf = (events: ReadonlyArray<ReturnType<typeof importRejected>>) =>
  appendRounds(
    new Map([
      [
        stream,
        {
          expectedRevision: 4,
          events: events.map((event) => ({ event, bytes: sizeOf(event) })),
        },
      ],
    ]),
    512 * 1024,
  ).map(([append]) => append)

const bytesOf = (append: ReturnType<typeof roundsOf>[number]) =>
  append?.events.reduce((sum, { event }) => sum + Buffer.byteLength(JSON.stringify(event)), 0)

test('a batch of ordinary messages is one append', () => {
  const events = Array.from({ length: 200 }, (_, i) => profileCreated(i))
  expect(roundsOf(events).map((append) => append?.events.length)).toEqual([200])
})

test.each([
  ['six times as long when escaped', '\u0001'.repeat(80_000), []],
  ['short, of a subscription that is long', '{}', [{ cc_data: 'x'.repeat(400_000) }]],
])('no append is larger than the server accepts if its messages are %s', (_, body, subscriptions) => {
  const message = { encoding: 'utf8', body } as const
  const events = Array.from({ length: 6 }, (_, i) =>
    profileCreated(i, {
      context: { message },
      subscriptions: subscriptions.map(({ cc_data }) => ({
        action: 'put',
        subscription: { channel: 'push', resource_id: 1, cc_data },
      })),
    }),
  )
  const rounds = roundsOf(events)
  expect(rounds.flatMap((append) => append?.events.map(({ event }) => event))).toEqual(events)
  expect(rounds.map((append) => append?.expectedRevision)).toEqual([4, 5, 6, 7, 8, 9])
  for (const append of rounds) expect(bytesOf(append)).toBeLessThan(1024 * 1024)
})
