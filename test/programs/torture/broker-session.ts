import { setTimeout as sleep } from 'node:timers/promises'
import { type ChannelModel, connect } from 'amqplib'

/**
 * Connects, and connects again whenever the connection is lost, until the signal aborts. `use` sets up what runs on a
 * connection; an error of it counts as a lost connection.
 */
export const keepConnected = async (
  url: string,
  use: (model: ChannelModel) => Promise<void>,
  signal: AbortSignal,
): Promise<void> => {
  while (!signal.aborted) {
    try {
      const model = await connect(url, { timeout: 5000 })
      const lost = new Promise<void>((resolve) => {
        model.on('error', () => {})
        model.on('close', () => resolve())
        signal.addEventListener('abort', () => resolve(), { once: true })
      })
      // A killed broker answers nothing more: without this, whatever waits for its answer would wait forever.
      await Promise.race([use(model).then(() => lost), lost])
      await Promise.race([model.close().catch(() => {}), sleep(1000)])
    } catch {
      // The broker is down and will come back.
    }
    if (!signal.aborted) await sleep(100)
  }
}
