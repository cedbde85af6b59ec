import { amqp, errorCode, errorText } from './error-text.ts'

/** Another consumer has the queue. */
export class QueueTaken extends Error {}

/**
 * Of an exclusive consumer: "queue '…' in vhost '/' in exclusive use", cut off behind a long name. The code alone would not
 * do: a missing permission has the same, and says "access to queue '…' refused".
 */
export const isRefusedForAnother = (error: unknown): boolean =>
  errorCode(error) === amqp.accessRefused && errorText(error).includes("ACCESS_REFUSED - queue '")
