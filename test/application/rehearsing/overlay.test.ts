import { expect, test } from 'vitest'
import { CannotGoOn } from '../../../application/cannot-go-on.ts'
import type { RecordedEvent } from '../../../application/ports/event-store.ts'
import { beginning, comparePositions, type Position } from '../../../application/ports/position.ts'
import type { StreamEvent } from '../../../application/ports/scratch.ts'
import { recordedEvents } from '../../../application/recorded-events.ts'
import { overlay } from '../../../application/rehearsing/overlay.ts'
import type { ImportEvent } from '../../../domain/events/current.ts'
import { customKey } from '../../../domain/matching/keys.ts'
import { aDatabase } from '../../support/builders/event-builders.ts'
import { buildMessage, bytesOf } from '../../support/builders/message-builders.ts'
import { givenPipeline } from '../../support/pipeline/given-pipeline.ts'

const stream = 'profiles-1.7'
const ofTeamA = [{ database: aDatabase(), keys: [customKey('team', 'a')] as const }]

/** A stage over members of a team, and the event with which one of them changes the team, on top of what it shows. */
const givenTeam = async (size: number) => {
  const pipeline = givenPipeline()
  const messages = Array.from({ length: size }, (_, i) => ({
    body: bytesOf(buildMessage({ email: `m${i}@example.com`, data: { team: 'a' } })),
  }))
  await pipeline.import(messages, size)
  await pipeline.project()
  const { stores, rules } = pipeline
  const stage = overlay(
    {
      directory: stores.profileDirectory,
      auditIndex: stores.auditIndex,
      readStream: stores.eventStore.readStream,
    },
    rules.definitionOf,
  )
  const events = await pipeline.readable()
  const moving = (member: number, team: string, more: Readonly<Record<string, string>> = {}): StreamEvent => {
    const created = events[member]?.event
    if (created?.type !== 'ProfileCreated') throw new Error('there is no such member')
    const changes = Object.entries({ team, ...more }).map(([field, value]) => ({
      field,
      action: 'set' as const,
      value,
    }))
    const event = {
      ...created,
      type: 'ProfileUpdated',
      public: { ...created.public, verdict: 'updated' },
      personal: { ...created.personal, changes, subscriptions: [] },
    } as ImportEvent
    return { stream, revision: 2 ** 41 + member, event }
  }
  const holders = async () => (await stage.directory.lookup(ofTeamA, [stream])).matches[0]
  return { stage, moving, holders, events, stores }
}

test('a profile that no longer has a key is not found by it, and the next oldest are', async () => {
  const { stage, moving, holders } = await givenTeam(5)
  expect((await holders())?.createdRevisions).toEqual([0, 1, 2, 3, 4])
  await stage.take([moving(0, 'b'), moving(2, 'a')])
  const found = await holders()
  expect(found?.createdRevisions).toEqual([1, 2, 3, 4])
  expect(found?.oldest.map(({ created_revision }) => created_revision)).toEqual([1, 2])
})

test('both read models show the same last revision and checkpoint', async () => {
  const { stage, moving } = await givenTeam(1)
  const answers = async () => [
    await stage.directory.lookup([], [stream, 'other']),
    await stage.auditIndex.lookup([], [stream, 'other']),
  ]
  const [profiles, imports] = await answers()
  expect(profiles?.revisions).toEqual(imports?.revisions)
  await stage.directory.lookup(ofTeamA, [])
  const reached = await stage.take([moving(0, 'b')])
  for (const answer of await answers()) {
    expect(answer.checkpoint).toBe(reached)
    expect(answer.revisions[0]).toBe(2 ** 41)
  }
})

test('the life of a profile continues with what was rehearsed', async () => {
  const { stage, moving, events, stores } = await givenTeam(2)
  await stage.directory.lookup(ofTeamA, [])
  const moved = moving(1, 'b')
  await stage.take([moving(0, 'b'), moved])
  const recorded = events[1]
  if (recorded?.event.type !== 'ProfileCreated') throw new Error('there is no such member')
  const records = stage.auditIndex.find({ by: 'profile', profileId: recorded.event.public.profile_id })
  const life: Array<RecordedEvent> = []
  for await (const event of recordedEvents({ ...stores.eventStore, readStream: stage.readStream }, records))
    life.push(event)
  expect(life.map(({ event }) => event)).toEqual([recorded.event, moved.event])
  expect(life.map(({ revision }) => revision)).toEqual([1, moved.revision])
  const [first, second] = life.map(({ position }) => position)
  expect(comparePositions(first ?? beginning, second ?? beginning)).toBeLessThan(0)
  expect(comparePositions('9999999999/9999999999' as Position, second ?? beginning)).toBeLessThan(0)
})

test('says so if the oldest holder of a key is not among what was fetched', async () => {
  const { stage, moving, holders } = await givenTeam(5)
  await holders()
  await stage.take([0, 1, 2].map((member) => moving(member, 'b')))
  await expect(holders()).rejects.toThrow(CannotGoOn)
})

test('says so before it holds too much in memory', async () => {
  const { stage, moving, holders } = await givenTeam(3)
  await holders()
  const large = 'x'.repeat(12_000_000)
  await stage.take([moving(0, 'a', { large }), moving(1, 'a', { large })])
  await expect(stage.take([moving(2, 'a', { large })])).rejects.toThrow('choose fewer messages')
})
