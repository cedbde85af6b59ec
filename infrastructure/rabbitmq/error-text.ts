import { isEngineError } from '../../application/error-without-text.ts'
import { isObject } from './is-object.ts'

/** amqplib's text for a broker that closes the connection instead of opening the virtual host; it drops the reason. */
const refusedOpening = /^Expected ConnectionOpenOk; got <ConnectionClose/

/** amqplib's text for a refused user or password; it drops the code. */
const refusedLogin = /^Handshake terminated by server: 403 /

export const isRefusedOpening = (error: unknown): boolean =>
  error instanceof Error && refusedOpening.test(error.message)

export const isRefusedLogin = (error: unknown): boolean =>
  error instanceof Error && refusedLogin.test(error.message)

/** The text of an error from the broker, the socket or TLS. None of these contain the URL or its password. */
export const errorText = (error: unknown): string => {
  if (error instanceof AggregateError) return error.errors.map(errorText).join('; ')
  if (!(error instanceof Error)) return 'unknown error'
  // The engine includes the offending value in its text.
  if (isEngineError(error)) return error.constructor.name
  if (isRefusedOpening(error)) return 'the broker has no such virtual host, or the user may not use it'
  const code = errorCode(error)
  return typeof code === 'string' && !error.message.includes(code)
    ? `${error.message} (${code})`
    : error.message
}

/** AMQP's reply code (a number), or the code of a socket or TLS error (a string). */
export const errorCode = (error: unknown): unknown => (isObject(error) ? error.code : undefined)

/** AMQP reply codes that the adapter acts on. */
export const amqp = {
  accessRefused: 403,
  notFound: 404,
  resourceLocked: 405,
  preconditionFailed: 406,
} as const
