import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { effectsOfStep, lastState, lifeOf } from '../../../application/questions/profile-life.ts'
import { sourcesOf } from '../../../application/questions/profile-sources.ts'
import type { FieldEffect } from '../../../domain/effects.ts'
import type { Json, JsonObject } from '../../../domain/json.ts'
import type { Profile } from '../../../domain/profile.ts'
import { arbitraryMessage } from '../../support/builders/arbitrary-messages.ts'
import { bytesOf } from '../../support/builders/message-builders.ts'
import { Pipeline } from '../../support/pipeline/pipeline.ts'

const own = (object: JsonObject | undefined, name: string): Json | undefined =>
  object !== undefined && Object.hasOwn(object, name) ? object[name] : undefined

const importing = async (messages: ReadonlyArray<JsonObject>): Promise<Pipeline> => {
  const pipeline = new Pipeline()
  await pipeline.import(
    messages.map((message) => ({ body: bytesOf(message) })),
    50,
  )
  return pipeline
}

/** All states that the read model would have shown, by revision. */
const statesOf = async (pipeline: Pipeline): Promise<ReadonlyMap<number, Profile>> => {
  const states = new Map<number, Profile>()
  const events = await pipeline.events()
  for (const [i, { revision, event }] of events.entries()) {
    if (event.type !== 'ProfileCreated' && event.type !== 'ProfileUpdated') continue
    const { profile_id } = event.public
    const folded = pipeline.projections.profiles.fold([], events.slice(0, i + 1))
    const found = folded.find(({ profile }) => profile.profile_id === profile_id)
    if (found !== undefined) states.set(revision, found.profile)
  }
  return states
}

test('the state at a revision is what the read model showed then', { timeout: 120_000 }, async () => {
  const messages = fc.array(arbitraryMessage(), { minLength: 1, maxLength: 25 })
  await fc.assert(
    fc.asyncProperty(messages, async (sent) => {
      const pipeline = await importing(sent)
      try {
        const { auditIndex, eventStore } = pipeline.stores
        await pipeline.profiles()
        for (const [revision, shown] of await statesOf(pipeline)) {
          const life = lifeOf(auditIndex, eventStore, shown.profile_id)
          expect((await lastState(life, (step) => step.revision <= revision)).state).toEqual(shown)
        }
      } finally {
        pipeline.close()
      }
    }),
    { numRuns: 15 },
  )
})

test('effects lead from the state before to the state after, and sources name the last of them', {
  timeout: 120_000,
}, async () => {
  const messages = fc.array(arbitraryMessage(), { minLength: 1, maxLength: 40 })
  await fc.assert(
    fc.asyncProperty(messages, async (sent) => {
      const pipeline = await importing(sent)
      try {
        const { auditIndex, eventStore } = pipeline.stores
        for (const { profile } of await pipeline.profiles()) {
          const life = () => lifeOf(auditIndex, eventStore, profile.profile_id)
          const lastOf = new Map<string, number>()
          for await (const step of life()) {
            const { fields } = effectsOfStep(step)
            for (const field of new Set(fields.map((effect) => effect.field))) {
              lastOf.set(field, step.revision)
              const effects = fields.filter((effect) => effect.field === field)
              expectTransition(effects, own(step.before?.fields, field), own(step.after.fields, field))
            }
          }
          const sources = await sourcesOf(life())
          expect(sources?.fields.map(({ field, value, step }) => [field, value, step.revision])).toEqual(
            Object.entries(profile.fields).map(([field, value]) => [field, value, lastOf.get(field)]),
          )
          expect(sources?.subscriptions.map(({ value }) => value)).toEqual(profile.subscriptions)
        }
      } finally {
        pipeline.close()
      }
    }),
    { numRuns: 15 },
  )
})

/** Applies the effects to the value before. */
const expectTransition = (effects: ReadonlyArray<FieldEffect>, before: unknown, after: unknown): void => {
  let held = before
  for (const effect of effects) {
    switch (effect.action) {
      case 'set':
      case 'incr':
      case 'unset':
        expect(effect.before).toEqual(held)
        held = effect.after
        break
      case 'add':
        held = [...(Array.isArray(held) ? held : []), ...effect.items]
        break
      case 'delete':
        held = (Array.isArray(held) ? held : []).filter(
          (item) => !effect.items.some((gone) => isDeepStrictEqual(gone, item)),
        )
        break
      case 'upsert':
        expect(effect.before).toEqual(allAt(held, effect.path))
        for (const value of allAt(after, effect.path)) expect(value).toEqual(effect.after)
        held = after
    }
  }
  expect(held).toEqual(after)
}

const allAt = (held: unknown, path: ReadonlyArray<string>): ReadonlyArray<unknown> =>
  (Array.isArray(held) ? held : [held]).flatMap((element) => {
    const found = path.reduce<unknown>(
      (value, name) =>
        typeof value === 'object' && value !== null && Object.hasOwn(value, name)
          ? Reflect.get(value, name)
          : undefined,
      element,
    )
    return found === undefined ? [] : [found]
  })
