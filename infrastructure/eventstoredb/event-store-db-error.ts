/** What went wrong at the server or on the way to it. */
export class EventStoreDbError extends Error {
  constructor(text: string) {
    super(`EventStoreDB: ${text}`)
  }
}
