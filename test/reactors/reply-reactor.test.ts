import { describe, expect, test } from 'vitest'
import { orAborted } from '../../application/or-aborted.ts'
import type { RecordedEvent } from '../../application/ports/event-store.ts'
import type { Position } from '../../application/ports/position.ts'
import type { Reply, ReplySink } from '../../application/ports/reply-sink.ts'
import { StoreTrouble } from '../../application/ports/store-trouble.ts'
import { runEventProcessor } from '../../application/processing/run-event-processor.ts'
import { contextOf } from '../../domain/events/stored-event.ts'
import { importIdCodec, profileIdOf } from '../../domain/ids.ts'
import { systemClock } from '../../infrastructure/system/system-clock.ts'
import { createReplyReactor, type ReplyCheckpoint } from '../../reactors/reply-reactor.ts'
import { givenPipeline, people } from '../support/pipeline/given-pipeline.ts'
import type { Pipeline } from '../support/pipeline/pipeline.ts'
import { until } from '../support/until.ts'

const forever = new AbortController().signal

const silent = { applied: () => {}, failed: () => {}, recovered: () => {} }

const ports = { clock: systemClock, chance: () => 0 }

const away = new StoreTrouble('event store', 'away', 'the answer was lost')

/** A queue in memory that fails on request. */
const recordingSink = () => {
  const published: Array<Reply> = []
  let failures = 0
  const sink: ReplySink = {
    publish: async (replies) => {
      published.push(...replies)
      if (failures > 0) {
        failures -= 1
        throw away
      }
    },
  }
  return { sink, published, failNext: () => (failures += 1) }
}

/** A queue that confirms the first reply, and the others when it is released. */
const slowSink = () => {
  const published: Array<Reply> = []
  let release = () => {}
  const released = new Promise<void>((resolve) => {
    release = resolve
  })
  const sink: ReplySink = {
    publish: async (replies, signal, onConfirmed) => {
      published.push(...replies)
      onConfirmed?.(1)
      await orAborted(released, signal)
      signal.throwIfAborted()
    },
  }
  return { sink, published, release }
}

const memoryCheckpoint = () => {
  let position: Position | undefined
  return {
    read: async () => position,
    write: async (expected: Position | undefined, next: Position) => {
      if (expected !== position) return false
      position = next
      return true
    },
  }
}

describe('the reply reactor', () => {
  const run = async (pipeline: Pipeline, sink: ReplySink, checkpoint = memoryCheckpoint()) => {
    const ending = new AbortController()
    const reactor = createReplyReactor(
      sink,
      () => true,
      checkpoint,
      systemClock,
      () => {},
    )
    const end = await pipeline.stores.eventStore.end()
    const running = runEventProcessor(reactor, pipeline.stores.eventStore, ports, silent, ending.signal)
    await until(async () => (await checkpoint.read()) === end)
    ending.abort()
    await running
    return checkpoint
  }

  test('answers every outcome once and resumes from its checkpoint', async () => {
    const pipeline = givenPipeline()
    const { sink, published } = recordingSink()
    await pipeline.import(people('ann', 'bob'), 10)
    const checkpoint = await run(pipeline, sink)
    await pipeline.import(people('eve'), 10)
    await run(pipeline, sink, checkpoint)
    expect(published.map(({ verdict, position }) => [verdict, position])).toEqual([
      ['created', '1'],
      ['created', '2'],
      ['created', '3'],
    ])
  })

  test('publishes again what was not confirmed: at least one reply for each message', async () => {
    const pipeline = givenPipeline()
    const { sink, published, failNext } = recordingSink()
    await pipeline.import(people('ann', 'bob'), 10)
    failNext()
    await run(pipeline, sink)
    expect(published.map(({ position }) => position)).toEqual(['1', '2', '1', '2'])
  })

  test('does not repeat confirmed replies if only its checkpoint could not be moved', async () => {
    const pipeline = givenPipeline()
    const { sink, published } = recordingSink()
    await pipeline.import(people('ann', 'bob'), 10)
    const { read, write } = memoryCheckpoint()
    let failures = 2
    const failing: typeof write = (expected, next) => {
      failures -= 1
      return failures >= 0 ? Promise.reject(away) : write(expected, next)
    }
    await run(pipeline, sink, { read, write: failing })
    expect(published.map(({ position }) => position)).toEqual(['1', '2'])
    expect(failures).toBe(-1)
  })

  describe('while the broker confirms slowly', () => {
    const given = async (checkpoint: ReplyCheckpoint, signal = forever) => {
      const pipeline = givenPipeline()
      await pipeline.import(people('ann', 'bob', 'eve'), 10)
      const slow = slowSink()
      const told: Array<ReadonlyArray<Position>> = []
      const reactor = createReplyReactor(
        slow.sink,
        () => true,
        checkpoint,
        systemClock,
        (events) => told.push(events.map(({ position }) => position)),
      )
      const applying = reactor.apply(
        await pipeline.events(),
        await reactor.checkpoint(),
        '3' as Position,
        signal,
      )
      return { pipeline, ...slow, told, applying }
    }

    test('moves its checkpoint past what is confirmed: only the rest is repeated after a crash', async () => {
      const checkpoint = memoryCheckpoint()
      const { pipeline, published, told, release, applying } = await given(checkpoint)
      await until(async () => (await checkpoint.read()) !== undefined)
      expect(await checkpoint.read()).toBe('1')
      expect(told).toEqual([['1']])
      expect(published.map(({ position }) => position)).toEqual(['1', '2', '3'])

      const next = recordingSink()
      const { read, write } = checkpoint
      await run(pipeline, next.sink, { read, write })
      expect(next.published.map(({ position }) => position)).toEqual(['2', '3'])

      // The process that was thought dead notices that another one answers.
      release()
      expect(await applying).toBe('stale')
      expect(told).toEqual([['1'], ['2', '3']])
    })

    test('tells what is confirmed before it moves the checkpoint, and does not wait for a silent store once stopped', async () => {
      let writes = 0
      const silentStore: ReplyCheckpoint = {
        read: async () => undefined,
        write: () => {
          writes++
          return new Promise(() => {})
        },
      }
      const stop = new AbortController()
      const { told, applying } = await given(silentStore, stop.signal)
      await until(() => writes > 0)
      expect(told).toEqual([['1']])
      const reason = new Error('enough')
      stop.abort(reason)
      await expect(applying).rejects.toBe(reason)
      expect(writes).toBe(1)
    })

    test('writes no checkpoint if nothing more is confirmed', async () => {
      const positions: Array<Position> = []
      const { read, write } = memoryCheckpoint()
      const counting: typeof write = (expected, next) => {
        positions.push(next)
        return write(expected, next)
      }
      const { release, applying } = await given({ read, write: counting })
      await until(() => positions.length > 0)
      await systemClock.sleep(150)
      release()
      expect(await applying).toBe('applied')
      expect(positions).toEqual(['1', '3'])
    })

    test('leaves a checkpoint that cannot be moved to the end of the batch', async () => {
      const { read, write } = memoryCheckpoint()
      let failures = 0
      const failing: typeof write = (expected, next) => {
        if (next === '3') return write(expected, next)
        failures++
        return Promise.reject(away)
      }
      const { published, release, applying } = await given({ read, write: failing })
      await until(() => failures > 0)
      release()
      expect(await applying).toBe('applied')
      expect(await read()).toBe('3')
      expect(published).toHaveLength(3)
    })
  })

  test('answers only the source it serves', async () => {
    const pipeline = givenPipeline()
    const { sink, published } = recordingSink()
    await pipeline.import(people('ann'), 10)
    const checkpoint = memoryCheckpoint()
    const other = createReplyReactor(
      sink,
      ({ event }) => contextOf(event)?.public.source.kind === 'ndjson',
      checkpoint,
      systemClock,
      () => {},
    )
    const [from, events] = [await other.checkpoint(), await pipeline.events()]
    expect(await other.apply(events, from, '1' as Position, forever)).toBe('applied')
    expect(published).toEqual([])
    expect(await checkpoint.read()).toBe('1')
  })

  test('answers a damaged event if it says whom to answer', async () => {
    const pipeline = givenPipeline()
    const { sink, published } = recordingSink()
    await pipeline.import(people('ann', 'ann', 'ben'), 10)
    const events = (await pipeline.events()).map((recorded): RecordedEvent => {
      const { type } = recorded.event
      const damaged = { type: 'Unreadable', storedType: type, reason: 'damaged', problem: 'data' } as const
      const context = contextOf(recorded.event)
      if (context === undefined) throw new Error('no context')
      return { ...recorded, event: recorded.position === '3' ? damaged : { ...damaged, context } }
    })
    const reactor = createReplyReactor(
      sink,
      ({ event }) => contextOf(event)?.public.source.kind === 'queue',
      memoryCheckpoint(),
      systemClock,
      () => {},
    )
    await reactor.apply(events, await reactor.checkpoint(), '3' as Position, forever)
    const [created] = events
    if (created === undefined || !importIdCodec.is(created.eventId)) throw new Error('no event')
    expect(published).toMatchObject([
      { position: '1', verdict: 'created', body: { error: 0, profile_id: profileIdOf(created.eventId) } },
      { position: '2', verdict: 'rejected', body: { error: 500, matching_field: 'email', profile_id: '' } },
    ])
  })

  test('gives way if another process has moved the checkpoint', async () => {
    const pipeline = givenPipeline()
    await pipeline.import(people('ann'), 10)
    const checkpoint = memoryCheckpoint()
    const reactor = createReplyReactor(
      recordingSink().sink,
      () => true,
      checkpoint,
      systemClock,
      () => {},
    )
    const from = await reactor.checkpoint()
    await checkpoint.write(undefined, '1' as Position)
    expect(await reactor.apply(await pipeline.events(), from, '1' as Position, forever)).toBe('stale')
  })
})
