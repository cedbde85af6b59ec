import { effectsOfStep, type LifeStep } from '../../application/questions/profile-life.ts'
import type { Source } from '../../application/questions/profile-sources.ts'
import type { Json } from '../../domain/json.ts'
import type { Profile } from '../../domain/profile.ts'

/** A line of `profile` and `find`. */
export const profileLine = ({ account_id, db_id, profile_id, revision, fields, subscriptions }: Profile) => ({
  account_id,
  db_id,
  profile_id,
  revision,
  fields,
  subscriptions,
})

/** The import of a step. */
const importOf = ({ event, revision, position }: LifeStep) => ({
  import_id: event.public.import_id,
  ...(event.public.replay_of !== undefined && { replay_of: event.public.replay_of }),
  time: event.public.time,
  feedback_id: event.personal.feedback_id,
  position,
  revision,
})

/** A line of `profile --changes`. */
export const changesLine = (step: LifeStep) => {
  const { fields, subscriptions } = effectsOfStep(step)
  return {
    ...importOf(step),
    verdict: step.event.public.verdict,
    properties: step.event.personal.properties,
    fields,
    subscriptions,
  }
}

/** A line of `profile --sources`, after the value. */
export const sourceLine = ({ step, before }: Source<Json>) => ({
  ...(before !== undefined && { before }),
  ...importOf(step),
})
