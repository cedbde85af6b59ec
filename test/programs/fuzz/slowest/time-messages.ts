import { appendRounds } from '../../../../application/importing/append-rounds.ts'
import { attempt, receiveSafely } from '../../../../application/importing/attempt.ts'
import { decideBatch } from '../../../../application/importing/decide-batch.ts'
import { lookUp } from '../../../../application/importing/look-up.ts'
import { Redeliveries } from '../../../../application/importing/redeliveries.ts'
import { WorkingSet } from '../../../../application/importing/working-set.ts'
import type { Delivery } from '../../../../application/ports/import-source.ts'
import { Turns } from '../../../../application/turns.ts'
import { undeclared } from '../../../../domain/definitions/undeclared.ts'
import { systemClock } from '../../../../infrastructure/system/system-clock.ts'
import { buildDefinition, buildRules } from '../../../support/builders/message-builders.ts'
import { Pipeline, queue } from '../../../support/pipeline/pipeline.ts'

/** Milliseconds of processor time that one message takes, excluding other load on the machine. */
export interface MessageTimes {
  /** In the thread that answers heartbeats and health checks. */
  readonly importing: number
  readonly stages: Readonly<Record<'receive' | 'lookUp' | 'decide' | 'append', number>>
  /** In the thread of the read models. */
  readonly projecting: number
  readonly code: number
}

const declared = buildDefinition({
  o2: { type: 'arr_object' },
  segments: { type: 'tags', match: true },
  orders: { type: 'arr_object' },
  ['n'.repeat(150)]: { type: 'tags', match: true },
})
const rules = buildRules({
  definitionOf: ({ db_id }) => (db_id === 2 ? declared : undeclared),
  defaultCountry: 'DE',
})

const delivery = (text: string): Delivery => ({
  body: Buffer.from(text),
  source: { kind: 'queue', queue },
  properties: {},
  redelivered: false,
  receivedAt: 0,
})

const processorTime = (): number => {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}

const timeOne = async (pipeline: Pipeline, text: string): Promise<MessageTimes> => {
  const { eventStore, profileDirectory: directory, auditIndex } = pipeline.stores
  const onDefect = (error: unknown) => {
    throw error
  }
  // Nothing is held: everything about the profile is computed anew, which is the most expensive case.
  const workingSet = new WorkingSet()
  // None of them is a replay.
  const readingLater = () => async () => undefined
  const decidingRules = { rules, maxEventBytes: undefined, onDefect, readingLater }
  const receive = receiveSafely(rules, onDefect)
  const times = [processorTime()]
  const lap = () => times.push(processorTime())
  const attempts = [attempt(delivery(text), receive, pipeline.ids, undefined)]
  lap()
  const knowledge = await lookUp(
    attempts,
    { directory, auditIndex },
    { redeliveries: undefined },
    workingSet,
    new Redeliveries(0),
  )
  lap()
  const { streams } = await decideBatch(decidingRules, knowledge, workingSet, new Turns(systemClock))
  lap()
  for (const appends of appendRounds(streams, undefined)) await eventStore.append(appends)
  lap()
  await pipeline.project()
  lap()
  const [receiving, lookingUp, deciding, appending, projecting] = times
    .slice(1)
    .map((time, i) => time - (times[i] ?? 0)) as [number, number, number, number, number]
  const [{ event } = { event: undefined }] = [...streams.values()].flatMap(({ events }) => events)
  return {
    importing: receiving + lookingUp + deciding + appending,
    stages: { receive: receiving, lookUp: lookingUp, decide: deciding, append: appending },
    projecting,
    code: event?.public.code ?? 0,
  }
}

/**
 * The time of each message, one after another, on new embedded stores, using the functions of the importer in its
 * order, and the projections.
 */
export const timeMessages = async (messages: ReadonlyArray<string>): Promise<Array<MessageTimes>> => {
  const pipeline = new Pipeline({ rules })
  try {
    await pipeline.project()
    const times: Array<MessageTimes> = []
    for (const message of messages) times.push(await timeOne(pipeline, message))
    return times
  } finally {
    pipeline.close()
  }
}

const quicker = (a: MessageTimes, b: MessageTimes | undefined): MessageTimes => {
  if (b === undefined) return a
  const least = a.importing < b.importing ? a : b
  return { ...least, projecting: Math.min(a.projecting, b.projecting) }
}

/** The minimum time of each message: compilation and garbage collection only ever add to it. */
export const leastTimes = (runs: ReadonlyArray<ReadonlyArray<MessageTimes>>): Array<MessageTimes> =>
  runs.reduce<Array<MessageTimes>>((least, run) => run.map((times, i) => quicker(times, least[i])), [])
