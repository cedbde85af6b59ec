import { StoreTrouble, type TroubleKind } from '../../application/ports/store-trouble.ts'

/** An error of the server or of the connection to it. */
export class EventStoreDbError extends StoreTrouble {
  constructor(text: string, kind: TroubleKind = 'away') {
    super('event store', kind, `EventStoreDB: ${text}`)
  }
}
