import * as E from 'fp-ts/lib/Either.js'
import { receiveMessage } from '../../../application/receive-message.ts'
import type { ImportProfile } from '../../../domain/command.ts'
import { decide } from '../../../domain/decide.ts'
import type { DatabaseDefinition, FieldDefinition } from '../../../domain/definitions/definitions.ts'
import { undeclared } from '../../../domain/definitions/undeclared.ts'
import type { ProfileCreated, ProfileUpdated } from '../../../domain/events/current.ts'
import { evolve } from '../../../domain/evolve.ts'
import type { ImportId } from '../../../domain/ids.ts'
import type { Json, JsonObject } from '../../../domain/json.ts'
import { defaultLimits } from '../../../domain/limits.ts'
import type { Criterion } from '../../../domain/matching/identity-key.ts'
import { identityKeysOf } from '../../../domain/matching/identity-keys.ts'
import type { Match } from '../../../domain/matching/match.ts'
import type { Profile } from '../../../domain/profile.ts'
import type { Checked } from '../../../domain/refuse.ts'
import type { ImportRules } from '../../../domain/rules.ts'

export const buildRules = (overrides: Partial<ImportRules> = {}): ImportRules => ({
  limits: defaultLimits,
  ambiguousMatch: 'oldest',
  definitionOf: () => undeclared,
  ...overrides,
})

export const buildDefinition = (
  fields: Readonly<Record<string, FieldDefinition>>,
  unknownFields: DatabaseDefinition['unknownFields'] = 'accept',
): DatabaseDefinition => ({ declared: true, unknownFields, fields: new Map(Object.entries(fields)) })

/** Rules under which every database has these fields. */
export const declaring = (...definition: Parameters<typeof buildDefinition>): ImportRules =>
  buildRules({ definitionOf: () => buildDefinition(...definition) })

export const buildImportId = (n: number): ImportId =>
  `${n.toString(16).padStart(8, '0')}-0000-5000-8000-000000000000` as ImportId

export const bytesOf = (message: Json): Uint8Array => new TextEncoder().encode(JSON.stringify(message))

/** A message for account 1, database 7. */
export const buildMessage = (members: JsonObject = {}): JsonObject => ({
  account_id: 1,
  db_id: 7,
  data: {},
  ...members,
})

export const commandFrom = (message: JsonObject, rules = buildRules()): Checked<ImportProfile> =>
  receiveMessage(rules)(bytesOf(message)).command

type Change = ProfileCreated | ProfileUpdated

/** The profiles of one database, as a plain list: the result that the whole pipeline must have. */
export interface World {
  readonly rules: ImportRules
  readonly profiles: ReadonlyArray<Profile>
  readonly revision: number
}

export const emptyWorld = (rules = buildRules()): World => ({ rules, profiles: [], revision: 0 })

/** The oldest profile that the first successful step finds. */
export const findIn = ({ rules, profiles }: World, criterion: Criterion): Match => {
  const keyed = profiles.map((profile) => ({
    profile,
    keys: new Set<string>(identityKeysOf(profile, rules.definitionOf(profile) ?? undeclared)),
  }))
  for (const step of criterion) {
    const found = keyed.filter(({ keys }) => step.some((keySet) => keySet.every((key) => keys.has(key))))
    if (found.length > 0) return { profile: found[0]?.profile, candidates: found.length }
  }
  return { profile: undefined, candidates: 0 }
}

export interface Step {
  readonly result: Checked<Change>
  readonly world: World
}

/** Receives, matches, decides and folds one message. */
export const importInto = (world: World, message: JsonObject): Step => {
  const command = commandFrom(message, world.rules)
  if (E.isLeft(command)) return { result: command, world }
  const match = findIn(world, command.right.criterion)
  const result = decide(world.rules)(command.right, buildImportId(world.revision), match)
  if (E.isLeft(result)) return { result, world }
  const { event } = result.right
  const profile = evolve(match.profile, event, world.revision)
  const others = world.profiles.filter(({ profile_id }) => profile_id !== profile.profile_id)
  const profiles = [...others, profile].sort((a, b) => a.created_revision - b.created_revision)
  return { result: E.right(event), world: { ...world, profiles, revision: world.revision + 1 } }
}

/** Imports messages that must all be accepted. */
export const given = (messages: ReadonlyArray<JsonObject>, rules = buildRules()): World =>
  messages.reduce((world, message) => {
    const step = importInto(world, message)
    if (E.isLeft(step.result)) throw new Error(`refused: ${JSON.stringify(step.result.left)}`)
    return step.world
  }, emptyWorld(rules))
