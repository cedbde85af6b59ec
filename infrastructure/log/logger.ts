import { pino } from 'pino'
import { errorWithoutText, isEngineError } from '../../application/error-without-text.ts'
import { escapeUnseen } from '../../domain/escape-unseen.ts'
import { redactUrl } from './redact-url.ts'

export type Logger = pino.Logger

const standardError = (): pino.DestinationStream => {
  const destination = pino.destination({ dest: 2, sync: true })
  // A log that cannot be written must not stop imports.
  destination.on('error', () => {})
  return destination
}

/**
 * Structured logs on standard error, one JSON object per line. Pass names, numbers and errors, never values of a
 * message, which are personal data. Written synchronously, so that nothing is lost when the process dies.
 */
export const createLogger = (
  config: { readonly LOG_LEVEL: pino.LevelWithSilent },
  destination: pino.DestinationStream = standardError(),
): Logger =>
  pino(
    {
      level: config.LOG_LEVEL,
      timestamp: pino.stdTimeFunctions.isoTime,
      serializers: {
        err: (error: Error) =>
          isEngineError(error) ? errorWithoutText(error) : pino.stdSerializers.err(error),
      },
      // Applied to the finished line, because drivers put the URL that they failed to reach into messages, stacks and
      // causes alike.
      hooks: { streamWrite: (line) => redactUrl(escapeUnseen(line)) },
    },
    destination,
  )
