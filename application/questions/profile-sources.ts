import type { Subscription } from '../../domain/events/current.ts'
import { type Json, ownMember } from '../../domain/json.ts'
import type { Profile } from '../../domain/profile.ts'
import { subscriptionIdentity } from '../../domain/subscriptions/identity.ts'
import type { LifeStep } from './profile-life.ts'

/** Where a present value comes from: the step that changed it last. */
export interface Source<Value> {
  readonly step: LifeStep
  readonly value: Value
  /** Absent if there was none. */
  readonly before?: Value
}

export interface ProfileSources {
  readonly fields: ReadonlyArray<Source<Json> & { readonly field: string }>
  readonly subscriptions: ReadonlyArray<Source<Subscription>>
}

/** The sources of all that a profile holds at the end of its life; undefined if it has never existed. */
export const sourcesOf = async (life: AsyncIterable<LifeStep>): Promise<ProfileSources | undefined> => {
  const [fields, subscriptions] = [new Map<string, LifeStep>(), new Map<string, LifeStep>()]
  let last: Profile | undefined
  for await (const step of life) {
    const { personal } = step.event
    for (const { field } of personal.changes) fields.set(field, step)
    for (const { subscription } of personal.subscriptions)
      subscriptions.set(subscriptionIdentity(subscription), step)
    last = step.after
  }
  return (
    last && {
      fields: Object.entries(last.fields).flatMap(([field, value]) => {
        const step = fields.get(field)
        return step === undefined ? [] : [{ field, ...sourceOf(step, value, fieldBefore(step, field)) }]
      }),
      subscriptions: last.subscriptions.flatMap((value) => {
        const step = subscriptions.get(subscriptionIdentity(value))
        return step === undefined ? [] : [sourceOf(step, value, subscriptionBefore(step, value))]
      }),
    }
  )
}

const sourceOf = <Value>(step: LifeStep, value: Value, before: Value | undefined): Source<Value> => ({
  step,
  value,
  ...(before !== undefined && { before }),
})

const fieldBefore = ({ before }: LifeStep, field: string): Json | undefined =>
  before && ownMember(before.fields, field)

const subscriptionBefore = ({ before }: LifeStep, value: Subscription): Subscription | undefined =>
  before?.subscriptions.find((each) => subscriptionIdentity(each) === subscriptionIdentity(value))
