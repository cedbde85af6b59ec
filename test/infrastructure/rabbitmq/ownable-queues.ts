import { importQueueDeclaration } from '../../../infrastructure/rabbitmq/import-queue.ts'

/** One of each kind that the importer takes. */
export const ownableQueues = {
  classic: importQueueDeclaration('classic'),
  'classic with single active consumer': {
    durable: true,
    arguments: { 'x-queue-type': 'classic', 'x-single-active-consumer': true },
  },
  quorum: importQueueDeclaration('quorum'),
}
