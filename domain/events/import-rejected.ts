import * as t from 'io-ts'
import { rejectionCodec } from '../rejection.ts'

export const importRejectedCodec = t.type({
  type: t.literal('ImportRejected'),
  data: t.intersection([
    t.type({ code: t.number, rejection: rejectionCodec }),
    t.partial({ account_id: t.number, db_id: t.number }),
  ]),
})
export type ImportRejected = Readonly<t.TypeOf<typeof importRejectedCodec>>
