import * as t from 'io-ts'

export const matchingModeCodec = t.keyof({
  email: null,
  email_profile: null,
  email_sub: null,
  phone: null,
  phone_sub: null,
  profile_id: null,
  custom: null,
  custom_sub: null,
  push_sub: null,
  email_phone: null,
  email_phone_sub: null,
})
export type MatchingMode = t.TypeOf<typeof matchingModeCodec>

export const defaultMatchingMode: MatchingMode = 'email'
