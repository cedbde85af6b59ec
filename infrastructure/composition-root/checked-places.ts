import type { CheckedPlace } from '../../application/ports/check.ts'
import type { Clock } from '../../application/ports/clock.ts'
import { replyCheckpointName } from '../../service/reply-checkpoint.ts'
import type { Config } from '../config/load-config.ts'
import { checkedFailureLog } from '../log/check-failure-log.ts'
import { checkedDataFolder } from '../sqlite/check-data-folder.ts'
import { logFile, readModelFile } from '../sqlite/schema.ts'

/** Everything that `serve` needs with these settings. A client is loaded only if its server is used. */
export const checkedPlaces = async (
  config: Config,
  dataFolder: string,
  clock: Clock,
): Promise<ReadonlyArray<CheckedPlace>> => {
  const { EVENTSTORE_URL, MONGODB_URL, RABBITMQ_URL, IMPORT_QUEUE } = config
  const places: Array<CheckedPlace> = []
  const files = [
    ...(EVENTSTORE_URL === undefined ? [logFile] : []),
    ...(MONGODB_URL === undefined ? [readModelFile] : []),
  ]
  if (files.length > 0) places.push(checkedDataFolder(dataFolder, files))
  places.push(checkedFailureLog(config.LOG_FILE))
  if (EVENTSTORE_URL !== undefined) {
    const { checkedEventStoreDb } = await import('../eventstoredb/check-event-store-db.ts')
    const checkpoints = [replyCheckpointName(IMPORT_QUEUE)]
    places.push(checkedEventStoreDb({ url: EVENTSTORE_URL, checkpoints, clock }))
  }
  if (MONGODB_URL !== undefined) {
    const { checkedMongoDb } = await import('../mongodb/check-mongodb.ts')
    places.push(checkedMongoDb(MONGODB_URL))
  }
  if (RABBITMQ_URL !== undefined) {
    const { checkedBroker } = await import('../rabbitmq/check-broker.ts')
    places.push(
      checkedBroker({
        url: RABBITMQ_URL,
        caFile: config.RABBITMQ_CA_FILE,
        queue: IMPORT_QUEUE,
        queueType: config.IMPORT_QUEUE_TYPE,
        resultQueue: config.RESULT_QUEUE,
        messageTtlSeconds: config.RABBITMQ_X_MESSAGE_TTL,
        clock,
      }),
    )
  }
  return places
}
