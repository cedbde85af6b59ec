/** What waited on a client ends with this when another takes its place, or the store is closed. */
export class ConnectionGivenUp extends Error {
  constructor() {
    super('the connection is given up')
  }
}
