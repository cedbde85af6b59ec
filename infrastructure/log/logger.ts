import { pino } from 'pino'
import { errorWithoutText, isEngineError } from '../../application/error-without-text.ts'
import { escapeUnseen } from '../../domain/escape-unseen.ts'
import { redactUrl } from './redact-url.ts'

export type Logger = pino.Logger

const standardError = (): pino.DestinationStream => {
  const destination = pino.destination({ dest: 2, sync: true })
  // A log that cannot be written must not stop the import.
  destination.on('error', () => {})
  return destination
}

/**
 * Structured logs, one JSON object a line, to standard error. Give it names, numbers and errors, never values of a message:
 * they are personal data. Written at once, so that there is nothing to flush when the process dies.
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
      // On the finished line: drivers put the URL they failed to reach into messages, stacks and causes alike.
      hooks: { streamWrite: (line) => redactUrl(escapeUnseen(line)) },
    },
    destination,
  )
