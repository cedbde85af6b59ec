import * as E from 'fp-ts/lib/Either.js'
import type { FieldInstruction } from '../fields/field-instruction.ts'
import { profileEmail, profilePhone } from './contact-values.ts'
import type { Criterion } from './identity-key.ts'
import { emailKey, phoneKey, subscribedEmailKey, subscribedPhoneKey } from './keys.ts'
import { type MatchingInput, needed, type Planned } from './plan.ts'

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

const planned = (criterion: Criterion, fields: ReadonlyArray<FieldInstruction>): Planned =>
  E.right({ criterion, creation: E.right({ fields, subscriptions: [] }) })

/** `email` and `email_profile`. */
export const planEmail = (input: MatchingInput): Planned => {
  const email = profileEmail(input)
  if (E.isLeft(email)) return email
  if (email.right === undefined) return needed('email', input.mode)
  const step: Step =
    input.mode === 'email_profile'
      ? [[emailKey(email.right)]]
      : emailStep(email.right, input.members.resource_id)
  return planned([step], [setEmail(email.right)])
}

/** `phone`. */
export const planPhone = (input: MatchingInput): Planned => {
  const phone = profilePhone(input)
  if (E.isLeft(phone)) return phone
  if (phone.right === undefined) return needed('phone', input.mode)
  return planned([phoneStep(phone.right, input.members.resource_id)], [addPhone(phone.right)])
}

/** `email_phone`: either is enough. */
export const planEmailPhone = (input: MatchingInput): Planned => {
  const email = profileEmail(input)
  if (E.isLeft(email)) return email
  const phone = profilePhone(input)
  if (E.isLeft(phone)) return phone
  if (email.right === undefined && phone.right === undefined) return needed('email or phone', input.mode)
  const { resource_id } = input.members
  return planned(
    [
      ...(email.right === undefined ? [] : [emailStep(email.right, resource_id)]),
      ...(phone.right === undefined ? [] : [phoneStep(phone.right, resource_id)]),
    ],
    [
      ...(email.right === undefined ? [] : [setEmail(email.right)]),
      ...(phone.right === undefined ? [] : [addPhone(phone.right)]),
    ],
  )
}
