import { onTestFinished } from 'vitest'
import { buildMessage, bytesOf } from '../builders/message-builders.ts'
import { type Message, Pipeline } from './pipeline.ts'

/** A separate pipeline, closed when the test ends. */
export const givenPipeline = (): Pipeline => {
  const pipeline = new Pipeline()
  onTestFinished(() => pipeline.close())
  return pipeline
}

export const people = (...names: ReadonlyArray<string>): ReadonlyArray<Message> =>
  names.map((name) => ({ body: bytesOf(buildMessage({ email: `${name}@example.com` })) }))
