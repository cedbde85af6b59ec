import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import type { FieldInstruction } from '../fields/field-instruction.ts'
import { andThen } from '../refuse.ts'
import { oneOrBoth, profileEmail, profilePhone } from './contact-values.ts'
import type { Criterion } from './identity-key.ts'
import { emailKey, phoneKey, subscribedEmailKey, subscribedPhoneKey } from './keys.ts'
import { type MatchingInput, type MatchingPlan, type Planned, stated } from './plan.ts'

type Step = Criterion[number]

const emailStep = (email: string, resourceId: number | undefined): Step => [
  [emailKey(email)],
  [subscribedEmailKey(email, resourceId)],
]

const phoneStep = (phone: string, resourceId: number | undefined): Step => [
  [phoneKey(phone)],
  [subscribedPhoneKey(phone, resourceId)],
]

const setEmail = (email: string): FieldInstruction => ({
  field: 'email',
  type: 'email',
  action: 'set',
  value: email,
})

const addPhone = (phone: string): FieldInstruction => ({
  field: 'phones',
  type: 'phones',
  action: 'add',
  items: [phone],
})

const planOf = (criterion: Criterion, fields: ReadonlyArray<FieldInstruction>): MatchingPlan => ({
  criterion,
  creation: E.right({ fields, subscriptions: [] }),
})

/** `email` and `email_profile`. */
export const planEmail = (input: MatchingInput): Planned =>
  pipe(
    profileEmail(input),
    andThen(stated('email', input.mode)),
    E.map((email) =>
      planOf(
        [input.mode === 'email_profile' ? [[emailKey(email)]] : emailStep(email, input.members.resource_id)],
        [setEmail(email)],
      ),
    ),
  )

/** `phone`. */
export const planPhone = (input: MatchingInput): Planned =>
  pipe(
    profilePhone(input),
    andThen(stated('phone', input.mode)),
    E.map((phone) => planOf([phoneStep(phone, input.members.resource_id)], [addPhone(phone)])),
  )

/** `email_phone`: either is enough. */
export const planEmailPhone = (input: MatchingInput): Planned =>
  pipe(
    oneOrBoth(profileEmail(input), profilePhone(input), 'email or phone', input),
    E.map(({ emails, phones }) =>
      planOf(
        [
          ...emails.map((email) => emailStep(email, input.members.resource_id)),
          ...phones.map((phone) => phoneStep(phone, input.members.resource_id)),
        ],
        [...emails.map(setEmail), ...phones.map(addPhone)],
      ),
    ),
  )
