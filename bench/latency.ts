import { setTimeout as sleep } from 'node:timers/promises'
import type { BenchRun } from './bench-run.ts'
import { workload } from './messages.ts'
import { withQueues } from './queues.ts'
import { withService } from './serve.ts'

const warmUpSeconds = 3
/** Milliseconds. */
const tick = 5

/**
 * Milliseconds from publishing a message to its reply, while messages arrive evenly, at a rate in messages per second.
 */
export const measureLatency = (run: BenchRun, rate: number): Promise<{ p50: number; p99: number }> =>
  withQueues(run.brokerUrl, async (queues) => {
    const { base, latencySeconds } = run.sizes
    const dataFolder = await run.copyOfBase(base)
    const count = Math.round(rate * (warmUpSeconds + latencySeconds))
    run.progress(`latency: ${count} messages, ${Math.round(rate)} per second`)
    const bodies = [...workload(count, base)]
    const publishedAt = new Float64Array(count)
    const latencies: Array<number> = []
    let answered = 0
    const onReply = (correlationId: unknown) => {
      const i = Number(correlationId)
      answered++
      if (i >= rate * warmUpSeconds) latencies.push(performance.now() - (publishedAt[i] ?? 0))
    }
    await queues.channel.consume(
      queues.results,
      (message) => message !== null && onReply(message.properties.correlationId),
      { noAck: true },
    )
    const publish = (i: number) => {
      publishedAt[i] = performance.now()
      const options = { persistent: true, messageId: String(i) }
      queues.channel.publish('', queues.imports, bodies[i] ?? Buffer.alloc(0), options)
    }
    await withService(run, queues, { dataFolder, servers: {} }, async () => {
      // The first reply shows that the service has started.
      publish(0)
      while (answered === 0) await sleep(tick)
      const started = performance.now()
      for (let sent = 1; sent < count; await sleep(tick)) {
        const due = Math.min(count, Math.floor((rate * (performance.now() - started)) / 1000))
        while (sent < due) publish(sent++)
        if (due === count) break
      }
      while (answered < count) await sleep(tick)
    })
    latencies.sort((a, b) => a - b)
    const percentile = (share: number) => latencies[Math.floor(share * latencies.length)] ?? 0
    return { p50: percentile(0.5), p99: percentile(0.99) }
  })
