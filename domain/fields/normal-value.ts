import validator from 'validator'
import { normalEmail } from '../contacts/email.ts'
import { normalPhone } from '../contacts/phone.ts'
import { isExact } from '../exact-number.ts'
import { isJsonObject, type Json } from '../json.ts'
import { isDate } from './date.ts'
import type { FieldRule } from './field-rule.ts'
import { normalTag } from './tag.ts'
import { isTimeZone } from './time-zone.ts'

const stringsOf = (
  value: Json,
  normal: (text: string) => string | undefined,
): ReadonlyArray<string> | undefined => {
  if (!Array.isArray(value)) return undefined
  const strings = new Set<string>()
  for (const item of value) {
    const text = typeof item === 'string' ? normal(item) : undefined
    if (text === undefined) return undefined
    strings.add(text)
  }
  return [...strings]
}

const textIf = (value: Json, holds: (text: string) => boolean): string | undefined =>
  typeof value === 'string' && holds(value) ? value : undefined

/**
 * The normal form of a value: contacts and tags as used for matching, tags and phones without duplicates, everything
 * else unchanged. Undefined if the value is not of the type.
 */
export const normalValue = (rule: FieldRule, value: Json, defaultCountry?: string): Json | undefined => {
  switch (rule.type) {
    case 'string':
      return typeof value === 'string' ? value : undefined
    case 'int':
      return Number.isSafeInteger(value) ? value : undefined
    case 'float':
      return typeof value === 'number' && isExact(value) ? value : undefined
    case 'bool':
      return typeof value === 'boolean' ? value : undefined
    case 'date':
      return textIf(value, isDate)
    case 'enum':
      return textIf(value, (text) => rule.values?.includes(text) ?? false)
    case 'phone':
      return typeof value === 'string' ? normalPhone(value, defaultCountry) : undefined
    case 'tags':
      return stringsOf(value, normalTag)
    case 'object':
      return isJsonObject(value) ? value : undefined
    case 'arr_object':
      return Array.isArray(value) && value.every(isJsonObject) ? value : undefined
    case 'email':
      return typeof value === 'string' ? normalEmail(value) : undefined
    case 'phones':
      return stringsOf(value, (text) => normalPhone(text, defaultCountry))
    case 'sex':
      return value === 'male' || value === 'female' || value === 0 || value === 1 ? value : undefined
    case 'time_zone':
      return textIf(value, isTimeZone)
    case 'ip':
      return textIf(value, (text) => text.length <= 64 && validator.isIP(text))
    case 'postal_code':
      return typeof value === 'string' || Number.isSafeInteger(value) ? value : undefined
  }
}
