import { importQueueDeclaration } from '../../../infrastructure/rabbitmq/import-queue.ts'

/** One queue of each kind that the importer accepts. */
export const ownableQueues = {
  classic: importQueueDeclaration('classic'),
  'classic with single active consumer': {
    durable: true,
    arguments: { 'x-queue-type': 'classic', 'x-single-active-consumer': true },
  },
  quorum: importQueueDeclaration('quorum'),
}
