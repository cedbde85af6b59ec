/** How far the checkpoint of an event processor is behind the store's own end. */
export interface Lag {
  /** In the store's unit: events on SQLite, bytes of the log on EventStoreDB. */
  readonly distance: number
  /** The age of the first event that it has not processed. Undefined if that event does not reveal its time. */
  readonly seconds: number | undefined
}
