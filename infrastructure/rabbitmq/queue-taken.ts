import { amqp, errorCode, errorText } from './error-text.ts'

/** Another consumer has the queue. */
export class QueueTaken extends Error {}

/**
 * The error for an exclusive consumer: "queue '…' in vhost '/' in exclusive use", truncated after a long name. The code
 * alone is not enough: a missing permission has the same code, with "access to queue '…' refused".
 */
export const isRefusedForAnother = (error: unknown): boolean =>
  errorCode(error) === amqp.accessRefused && errorText(error).includes("ACCESS_REFUSED - queue '")
