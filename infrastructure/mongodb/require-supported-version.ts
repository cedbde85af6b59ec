import type { Document } from 'mongodb'
import { MongoDbError, tooOld } from './mongodb-error.ts'

/** That of MongoDB 5.0. The driver accepts older servers, too. */
const oldestWireVersion = 13

/** Takes the answer to `hello`. @throws MongoDbError */
export const requireSupportedVersion = ({ maxWireVersion }: Document): void => {
  if (maxWireVersion < oldestWireVersion) throw new MongoDbError(tooOld, undefined, 'refusing')
}
