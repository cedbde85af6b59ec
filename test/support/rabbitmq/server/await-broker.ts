import { setTimeout as sleep } from 'node:timers/promises'
import { connect } from 'amqplib'

/** Resolves when the broker accepts connections; rejects after 90 s, or at once when `failure` gives a reason. */
export const awaitBroker = async (url: string, failure: () => string | undefined): Promise<void> => {
  const deadline = Date.now() + 90_000
  for (;;) {
    try {
      const model = await connect(url, { timeout: 5000 })
      model.on('error', () => {})
      await model.close()
      return
    } catch (error) {
      const reason = failure() ?? (Date.now() > deadline ? String(error) : undefined)
      if (reason !== undefined) throw new Error(`the RabbitMQ broker for the tests does not start: ${reason}`)
      await sleep(100)
    }
  }
}
