import * as t from 'io-ts'

interface UuidBrand {
  readonly Uuid: unique symbol
}
interface ProfileIdBrand {
  readonly ProfileId: unique symbol
}
interface PositiveIntBrand {
  readonly PositiveInt: unique symbol
}

const uuidPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/
const profileIdPattern = /^[0-9a-f]{24}$/

export const importIdCodec = t.brand(
  t.string,
  (text): text is t.Branded<string, UuidBrand> => uuidPattern.test(text),
  'Uuid',
)
export type ImportId = t.TypeOf<typeof importIdCodec>

export const profileIdCodec = t.brand(
  t.string,
  (text): text is t.Branded<string, ProfileIdBrand> => profileIdPattern.test(text),
  'ProfileId',
)
export type ProfileId = t.TypeOf<typeof profileIdCodec>

/** Account and database ids: an integer from 1 to 2^53 - 1. */
export const positiveIntCodec = t.brand(
  t.number,
  (n): n is t.Branded<number, PositiveIntBrand> => Number.isSafeInteger(n) && n >= 1,
  'PositiveInt',
)

/** A profile belongs to one database of one account and is never matched across databases. */
export const databaseCodec = t.type({ account_id: positiveIntCodec, db_id: positiveIntCodec })
export type Database = Readonly<t.TypeOf<typeof databaseCodec>>

/** Different for different databases. */
export const databaseName = ({ account_id, db_id }: Database): string => `${account_id}.${db_id}`

/** The id of the profile that an import creates: the first 24 hex digits of the import id. */
export const profileIdOf = (importId: ImportId): ProfileId =>
  importId.replaceAll('-', '').slice(0, 24) as ProfileId
