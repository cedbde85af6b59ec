import type { Reporter, SerializedError, TestModule, Vitest } from 'vitest/node'
import { hasPromtool } from './servers/has-promtool.ts'

/**
 * Ends the output with the tests that were skipped for lack of a server or a program, the servers that a stand-in has
 * replaced, and one line for tools: `N passed, N failed`, and `, N skipped` if any. A failure outside a test counts as
 * failed.
 */
export default class SummaryReporter implements Reporter {
  #vitest: Vitest | undefined

  onInit(vitest: Vitest): void {
    this.#vitest = vitest
  }

  onTestRunEnd(modules: ReadonlyArray<TestModule>, unhandled: ReadonlyArray<SerializedError>): void {
    const count = { passed: 0, failed: unhandled.length, skipped: 0, pending: 0 }
    for (const module of modules) {
      for (const test of module.children.allTests()) count[test.result().state]++
      count.failed += module.errors().length
      for (const suite of module.children.allSuites()) count.failed += suite.errors().length
    }
    const { passed, failed, skipped } = count
    const lines = [
      ...this.#leftOut().map((what) => `*** ${what} ***\n`),
      `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`,
    ]
    process.stdout.write(`\n${lines.join('\n')}\n`)
  }

  #leftOut(): ReadonlyArray<string> {
    const provided = this.#vitest?.getRootProject().getProvidedContext()
    const lines: Array<string> = []
    if (process.env.SKIP_RABBITMQ === '1') {
      lines.push('SKIP_RABBITMQ=1, all tests that need RabbitMQ: LEFT OUT')
    } else if (provided?.rabbitmqPrivate === false) {
      lines.push('no rabbitmq-server and no Docker, the tests that kill a broker: LEFT OUT')
    }
    if (process.env.SKIP_MONGODB === '1') {
      lines.push('SKIP_MONGODB=1, all tests that need MongoDB: LEFT OUT')
    } else if (provided?.mongodbPrivate === false) {
      lines.push('no mongod, no Docker and none from pip, the tests that kill a MongoDB server: LEFT OUT')
    }
    if (process.env.SKIP_MONGODB !== '1' && provided?.mongodbReplicaSet === false) {
      lines.push('no mongod and none from pip, the tests on a MongoDB replica set: LEFT OUT')
    }
    if (provided?.mongodbStandIn === true) {
      lines.push('no mongod, no Docker and none from pip, a real MongoDB: SECANTUSDB TOOK ITS PLACE')
    }
    if (!hasPromtool()) lines.push('no promtool, the trials of the alerts: LEFT OUT')
    // If the setup of another server failed, nothing is provided, and Vitest reports that.
    if (provided?.eventStoreUrl === undefined && !process.env.EVENTSTORE_URL) {
      lines.push('no EVENTSTORE_URL and no Docker, a real EventStoreDB: A STAND-IN TOOK ITS PLACE')
    }
    return lines
  }
}
