import * as E from 'fp-ts/lib/Either.js'
import { idKey } from './keys.ts'
import { type MatchingInput, needed, neverCreates, type Planned } from './plan.ts'
import { planCustom } from './plan-custom.ts'
import { planEmail, planEmailPhone, planPhone } from './plan-profile-contact.ts'
import { planPush, planSubscribedContact, planSubscriptionField } from './plan-subscription.ts'

const planProfileId = ({ members, mode }: MatchingInput): Planned =>
  members.profile_id === undefined
    ? needed('profile_id', mode)
    : // A text that is not an id is not the key of any profile either.
      E.right({ criterion: [[[idKey(members.profile_id.toLowerCase())]]], creation: neverCreates })

/** How the message finds its profile, depending on its mode. */
export const planMatching = (input: MatchingInput): Planned => {
  switch (input.mode) {
    case 'email':
    case 'email_profile':
      return planEmail(input)
    case 'phone':
      return planPhone(input)
    case 'email_phone':
      return planEmailPhone(input)
    case 'email_sub':
    case 'phone_sub':
    case 'email_phone_sub':
      return planSubscribedContact(input)
    case 'push_sub':
      return planPush(input)
    case 'custom_sub':
      return planSubscriptionField(input)
    case 'custom':
      return planCustom(input)
    case 'profile_id':
      return planProfileId(input)
  }
}
