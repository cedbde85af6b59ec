import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Position } from '../../application/ports/position.ts'
import type { Reply, ReplySink } from '../../application/ports/reply-sink.ts'
import type { MessageSource } from '../../domain/events/current.ts'
import type { ImportId } from '../../domain/ids.ts'

export interface ReplySinkHarness {
  sink(): ReplySink
  /** Where message number `n` (from 0) came from. */
  source(n: number): MessageSource
  /** The bodies of all replies published so far, in order. */
  published(): Promise<ReadonlyArray<string>>
  dispose(): Promise<void>
}

const hex = (n: number) => n.toString(16).padStart(12, '0')

const importIdNumber = (n: number) => `00000000-0000-5000-8000-${hex(n)}` as ImportId

/** The reply to message number `n`. */
export const replyNumber = (n: number, source: MessageSource): Reply => ({
  body: {
    error: 0,
    error_text: '',
    feedback_id: `feedback-${n}`,
    matching_field: 'email',
    profile_id: hex(n).padStart(24, '0'),
  },
  importId: importIdNumber(n),
  outcomeOf: importIdNumber(n),
  source,
  properties: { message_id: `message-${n}` },
  verdict: 'created',
  position: String(n + 1) as Position,
})

/** What every ReplySink must do. */
export const replySinkContract = (name: string, makeHarness: () => Promise<ReplySinkHarness>): void => {
  describe(`${name} is a ReplySink`, () => {
    let harness: ReplySinkHarness
    beforeEach(async () => {
      harness = await makeHarness()
    })
    afterEach(() => harness.dispose())

    const live = () => new AbortController().signal
    const replies = (count: number, from = 0) =>
      Array.from({ length: count }, (_, i) => replyNumber(from + i, harness.source(from + i)))

    test('has published everything, in order, when publish resolves', async () => {
      const sink = harness.sink()
      const all = replies(2500)
      await sink.publish(all.slice(0, 1), live())
      await sink.publish(all.slice(1, 1500), live())
      await sink.publish(all.slice(1500), live())
      expect(await harness.published()).toEqual(all.map(({ body }) => JSON.stringify(body)))
    })

    test('publishes a body of exactly the five members, in the order of the specification', async () => {
      const [reply] = replies(1)
      if (reply === undefined) throw new Error('no reply')
      const refused: Reply = {
        ...reply,
        // The object may have more members, and any order.
        body: Object.assign(
          { more: 'x' },
          { profile_id: '', matching_field: '', feedback_id: '"\u2028\ud83d\ude00' },
          {
            error: 400,
            error_text: 'message: must be JSON',
          },
        ),
        verdict: 'rejected',
      }
      await harness.sink().publish([refused], live())
      expect(await harness.published()).toEqual([
        '{"error":400,"error_text":"message: must be JSON","feedback_id":"\\"\\u2028\ud83d\ude00","matching_field":"","profile_id":""}',
      ])
    })

    test('publishes nothing for no replies', async () => {
      await harness.sink().publish([], live())
      expect(await harness.published()).toEqual([])
    })

    test("rejects with the signal's reason when that has aborted", async () => {
      const stop = new AbortController()
      const reason = new Error('enough')
      stop.abort(reason)
      await expect(harness.sink().publish(replies(3), stop.signal)).rejects.toBe(reason)
    })

    test('continues after an abandoned publish', async () => {
      const sink = harness.sink()
      const all = replies(1001)
      const stop = new AbortController()
      const first = sink.publish(all.slice(0, 1000), stop.signal).catch(() => {})
      stop.abort(new Error('enough'))
      await first
      await sink.publish(all.slice(1000), live())
      expect((await harness.published()).at(-1)).toBe(JSON.stringify(all.at(-1)?.body))
    })
  })
}
