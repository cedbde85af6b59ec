import type { LeftAlone, PersonalContext } from '../../domain/events/current.ts'
import type { JsonObject } from '../../domain/json.ts'
import { printableName } from '../../domain/reason.ts'
import { subscriptionName } from './effect-text.ts'

/** What was changed in a message before it was resubmitted. */
export const tellFixes = ({ fixes = [] }: PersonalContext): ReadonlyArray<string> =>
  fixes.length === 0 ? [] : ['Fixed before it was resubmitted:', ...fixes.map((fix) => `  ${fixText(fix)}`)]

/** Another version of the program may know other fixes. */
const fixText = (fix: JsonObject): string => {
  const { action, path, json } = fix
  if (!Array.isArray(path)) return JSON.stringify(fix)
  const name = path.map((each) => printableName(String(each))).join('.')
  if (action === 'set') return `${name}: set to ${String(json)}`
  return action === 'unset' ? `${name}: removed` : JSON.stringify(fix)
}

/** What a replay did not overwrite. */
export const tellLeftAlone = (left: LeftAlone | undefined): ReadonlyArray<string> =>
  left === undefined
    ? []
    : [
        'It left alone what imports after its original had changed:',
        ...left.fields.map(({ field, changed_by }) => `  ${field}: changed by import ${changed_by}`),
        ...left.subscriptions.map(
          ({ subscription, changed_by }) =>
            `  ${subscriptionName(subscription)}: changed by import ${changed_by}`,
        ),
      ]
