import { hash } from 'node:crypto'
import { comparableEmail } from '../contacts/email.ts'
import { normalTag } from '../fields/tag.ts'
import type { IdentityKey } from './identity-key.ts'

/** In characters; longer keys are hashed. */
export const maxKeyLength = 200

// No kind of key begins with `sha256`, so a hashed key can never equal a literal one.
const identityKey = (text: string): IdentityKey =>
  (text.length <= maxKeyLength ? text : `sha256:${hash('sha256', text, 'hex')}`) as IdentityKey

/** A name without `:`, so that its end in a key is unambiguous. Different names stay different. */
const encoded = (name: string): string => name.replaceAll('%', '%25').replaceAll(':', '%3A')

const onResource = (resourceId: number | undefined): string =>
  resourceId === undefined ? '' : `@${resourceId}`

/** A value that is compared by its text. */
export type Scalar = string | number | boolean

export const isScalar = (value: unknown): value is Scalar =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'

export const idKey = (profileId: string): IdentityKey => identityKey(`id:${profileId}`)

/** Emails and phones are in normal form, or as an old event holds them. */
export const emailKey = (email: string): IdentityKey => identityKey(`email:${comparableEmail(email)}`)

export const phoneKey = (phone: string): IdentityKey => identityKey(`phone:${phone}`)

export const customKey = (field: string, value: Scalar): IdentityKey =>
  identityKey(`custom:${encoded(field)}:${value}`)

/** The same for every spelling of a tag. */
export const tagKey = (field: string, tag: string): IdentityKey =>
  identityKey(`tag:${encoded(field)}:${normalTag(tag)}`)

/** Of an email subscription: on one resource, or on any. */
export const subscribedEmailKey = (email: string, resourceId?: number): IdentityKey =>
  identityKey(`sub-email${onResource(resourceId)}:${comparableEmail(email)}`)

/** Of an sms subscription: on one resource, or on any. */
export const subscribedPhoneKey = (phone: string, resourceId?: number): IdentityKey =>
  identityKey(`sub-phone${onResource(resourceId)}:${phone}`)

export const pushKey = (provider: string, subscriptionId: string): IdentityKey =>
  identityKey(`push:${encoded(provider)}:${subscriptionId}`)

export const subscriptionFieldKey = (name: string, value: Scalar): IdentityKey =>
  identityKey(`sub-field:${encoded(name)}:${value}`)
