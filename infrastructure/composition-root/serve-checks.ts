import type { CheckGroup } from '../../application/ports/check.ts'
import type { Clock } from '../../application/ports/clock.ts'
import { replayKeyName } from '../../application/replay-mark.ts'
import { replyCheckpointName } from '../../service/reply-checkpoint.ts'
import type { Config } from '../config/load-config.ts'
import { httpChecks } from '../http/http-checks.ts'
import { failureLogChecks } from '../log/failure-log-checks.ts'
import { dataFolderChecks } from '../sqlite/data-folder-checks.ts'
import { logFile, readModelFile } from '../sqlite/schema.ts'

/** Everything that `serve` needs with these settings. A client is loaded only if its server is used. */
export const serveChecks = async (
  config: Config,
  dataFolder: string,
  clock: Clock,
): Promise<ReadonlyArray<CheckGroup>> => {
  const { EVENTSTORE_URL, MONGODB_URL, RABBITMQ_URL, IMPORT_QUEUE } = config
  const groups: Array<CheckGroup> = []
  const files = [
    ...(EVENTSTORE_URL === undefined ? [logFile] : []),
    ...(MONGODB_URL === undefined ? [readModelFile] : []),
  ]
  if (files.length > 0) groups.push(dataFolderChecks(dataFolder, files))
  groups.push(failureLogChecks(config.LOG_FILE), httpChecks(config))
  if (EVENTSTORE_URL !== undefined) {
    const { eventStoreDbChecks } = await import('../eventstoredb/event-store-db-checks.ts')
    groups.push(
      eventStoreDbChecks({
        url: EVENTSTORE_URL,
        checkpoints: [replyCheckpointName(IMPORT_QUEUE)],
        secrets: [replayKeyName],
        clock,
      }),
    )
  }
  if (MONGODB_URL !== undefined) {
    const { mongoDbChecks } = await import('../mongodb/mongodb-checks.ts')
    groups.push(mongoDbChecks(MONGODB_URL))
  }
  if (RABBITMQ_URL !== undefined) {
    const { brokerChecks } = await import('../rabbitmq/broker-checks.ts')
    groups.push(
      brokerChecks({
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
  return groups
}
