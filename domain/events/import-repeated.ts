import * as t from 'io-ts'
import { importIdCodec } from '../ids.ts'
import { outcomeCodec } from '../outcome.ts'

/** A producer sent a message again whose import was done: nothing changed, and this is not an outcome. */
export const importRepeatedCodec = t.type({
  type: t.literal('ImportRepeated'),
  data: t.type({ first_import_id: importIdCodec, first_outcome: outcomeCodec }),
})
export type ImportRepeated = Readonly<t.TypeOf<typeof importRepeatedCodec>>
