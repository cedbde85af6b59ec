import * as t from 'io-ts'
import { fieldChangeCodec } from '../../changes.ts'
import { importIdCodec, positiveIntCodec, profileIdCodec } from '../../ids.ts'
import { jsonObjectCodec } from '../../json.ts'
import { importRejectedCodec } from '../import-rejected.ts'
import { importRepeatedCodec } from '../import-repeated.ts'
import { importSourceCodec, receivedMessageCodec, utcTimeCodec } from '../metadata.ts'

// Shapes that stand in old logs: never change them, only upcast them (upcast-version-0.ts).

const profileV0 = t.type({
  account_id: positiveIntCodec,
  db_id: positiveIntCodec,
  profile_id: profileIdCodec,
})

const profileCreatedV0 = t.type({
  type: t.literal('ProfileCreated'),
  data: t.intersection([profileV0, t.type({ fields: jsonObjectCodec })]),
})

const profileUpdatedV0 = t.type({
  type: t.literal('ProfileUpdated'),
  data: t.intersection([profileV0, t.type({ changes: t.array(fieldChangeCodec) })]),
})

export const metadataV0Codec = t.intersection([
  t.type({
    import_id: importIdCodec,
    time: utcTimeCodec,
    source: importSourceCodec,
    message: receivedMessageCodec,
    feedback_id: t.string,
    matching: t.string,
    skip_triggers: t.boolean,
  }),
  t.partial({
    match: t.type({ keys: t.array(t.string), candidates: t.number }),
    replay_of: importIdCodec,
  }),
])

export const importEventV0Codec = t.intersection([
  t.union([profileCreatedV0, profileUpdatedV0, importRejectedCodec, importRepeatedCodec]),
  t.type({ metadata: metadataV0Codec }),
])
/** Before events had a `schema_version`, the message's properties and subscriptions. */
export type ImportEventV0 = Readonly<t.TypeOf<typeof importEventV0Codec>>
