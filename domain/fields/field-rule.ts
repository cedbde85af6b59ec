import type { DatabaseDefinition, FieldType } from '../definitions/definitions.ts'
import type { Limits } from '../limits.ts'

/** The declared types, and those that only system fields have. */
export type ValueType = FieldType | 'email' | 'phones' | 'sex' | 'time_zone' | 'ip' | 'postal_code'

/** What a field may hold. */
export interface FieldRule {
  readonly type: ValueType
  /** Of an enum. */
  readonly values?: ReadonlyArray<string> | undefined
}

const systemTypes = {
  email: 'email',
  phones: 'phones',
  _fname: 'string',
  _lname: 'string',
  _bdate: 'date',
  _regdate: 'date',
  _sex: 'sex',
  _status: 'int',
  _tz: 'time_zone',
  _ip: 'ip',
  _regip: 'ip',
  _browser: 'string',
  _city: 'string',
  _country: 'string',
  _region: 'string',
  _postal_code: 'postal_code',
  _regcountry: 'string',
  _regcity: 'string',
  _regurl: 'string',
  _vendor: 'string',
} as const satisfies Record<string, ValueType>

/** The same in every database. `subscriptions` is not a field, but its name is reserved. */
const systemFields: ReadonlyMap<string, FieldRule> = new Map(
  Object.entries(systemTypes).map(([name, type]) => [name, { type }]),
)

export const isSystemName = (name: string): boolean => name === 'subscriptions' || systemFields.has(name)

/** Undefined if the field may hold any JSON value. */
export const fieldRule = (definition: DatabaseDefinition, name: string): FieldRule | undefined =>
  systemFields.get(name) ?? definition.fields.get(name)

/** The limit that applies to a list in a field of the type. */
export const listLimit = (
  type: ValueType | undefined,
  { contacts, list_elements }: Limits,
): 'contacts' | 'list_elements' =>
  type === 'phones' && contacts < list_elements ? 'contacts' : 'list_elements'

const expectedTexts: Readonly<Record<ValueType, string>> = {
  string: 'a string',
  int: 'an int within ±(2^53-1)',
  float: 'a finite number, within ±(2^53-1) if an integer',
  bool: 'true or false',
  date: 'a date: RFC 3339 or YYYY-MM-DD',
  enum: 'one of the declared values',
  phone: 'a phone number',
  tags: 'a list of strings',
  object: 'an object',
  arr_object: 'a list of objects',
  email: 'an email address',
  phones: 'a list of phone numbers',
  sex: '"male", "female", 0 or 1',
  time_zone: 'an IANA time zone',
  ip: 'an IP address',
  postal_code: 'an int or a string',
}

/** Description of the expected value of a type. */
export const expectedText = (type: ValueType): string => expectedTexts[type]
