import { StoreTrouble, type TroubleKind } from '../../application/ports/store-trouble.ts'

/** What went wrong at the server or on the way to it. */
export class EventStoreDbError extends StoreTrouble {
  constructor(text: string, kind: TroubleKind = 'away') {
    super('event store', kind, `EventStoreDB: ${text}`)
  }
}
