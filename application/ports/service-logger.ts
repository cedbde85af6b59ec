/** Logs of the service, for operators: names, numbers and errors without their text, never values of a message. */
export interface ServiceLogger {
  info(fields: object, text: string): void
  warn(fields: object, text: string): void
  error(fields: object, text: string): void
}
