import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as RNEA from 'fp-ts/lib/ReadonlyNonEmptyArray.js'
import type { ImportProfile } from './command.ts'
import { type DataInstructions, decodeData } from './decode-data.ts'
import { decodeDatabase, decodeMode, decodeOptions } from './decode-members.ts'
import type { DatabaseDefinition } from './definitions/definitions.ts'
import { undeclared } from './definitions/undeclared.ts'
import type { Reason } from './events/current.ts'
import type { Database } from './ids.ts'
import type { Json, JsonObject } from './json.ts'
import { decodeMatchingMembers, type MatchingMembers } from './matching/matching-members.ts'
import type { MatchingMode } from './matching/mode.ts'
import { planMatching } from './matching/plan-matching.ts'
import { andThen, type Checked, every, refuse } from './refuse.ts'
import type { ImportRules } from './rules.ts'

const noInstructions: DataInstructions = { fields: [], subscriptions: { clear: false, patches: [] } }

const definitionOf = (rules: ImportRules, database: Database): Checked<DatabaseDefinition> => {
  const definition = rules.definitionOf(database)
  return definition === undefined ? refuse({ tag: 'UnknownDatabase' }) : E.right(definition)
}

const decodeDataOf =
  (rules: ImportRules, data: Json | undefined) =>
  (database: Database): Checked<DataInstructions> =>
    pipe(
      definitionOf(rules, database),
      andThen((definition) => decodeData(data, definition, rules)),
    )

interface Decoded {
  readonly database: Database
  readonly mode: MatchingMode
  readonly members: MatchingMembers
  readonly data: DataInstructions
  readonly options: { readonly update_only: boolean }
}

/** Each member by itself. */
const decodeMembers = (rules: ImportRules, message: JsonObject): Checked<Decoded> => {
  const database = decodeDatabase(message)
  // What any database would refuse can be told without knowing which one is meant.
  const ofAny = () => decodeData(message.data, undeclared, rules)
  const decodeTheData = E.match(ofAny, decodeDataOf(rules, message.data))
  return every({
    database,
    options: decodeOptions(message),
    mode: decodeMode(message),
    members: decodeMatchingMembers(message),
    data: decodeTheData(database),
  })
}

const planned =
  (rules: ImportRules) =>
  ({ database, mode, members, data, options }: Decoded): Checked<ImportProfile> =>
    pipe(
      planMatching({ mode, members, data, definition: rules.definitionOf(database) ?? undeclared, rules }),
      E.map(({ criterion, creation }) => ({
        database,
        matching: mode,
        criterion,
        updateOnly: options.update_only,
        fields: data.fields,
        subscriptions: data.subscriptions,
        creation,
      })),
    )

/** What is wrong with the values to match by, each of which is of the right type. */
const mistakesInValues = (rules: ImportRules, message: JsonObject): ReadonlyArray<Reason> =>
  pipe(
    every({ mode: decodeMode(message), members: decodeMatchingMembers(message) }),
    E.map(({ mode, members }) => {
      const definition = pipe(
        decodeDatabase(message),
        E.match(
          () => undeclared,
          (database) => rules.definitionOf(database) ?? undeclared,
        ),
      )
      return planMatching({ mode, members, data: noInstructions, definition, rules })
    }),
    E.match(
      () => [],
      // Others may be about values that `data` was meant to have.
      E.match(
        (reasons) => reasons.filter(({ tag }) => tag === 'BadMember'),
        () => [],
      ),
    ),
  )

/** The request in a message that was parsed and has passed `checkJson`, or everything that is wrong with it. */
export const decodeCommand =
  (rules: ImportRules) =>
  (message: JsonObject): Checked<ImportProfile> =>
    pipe(
      decodeMembers(rules, message),
      E.mapLeft((reasons) => RNEA.concat(mistakesInValues(rules, message))(reasons)),
      andThen(planned(rules)),
    )
