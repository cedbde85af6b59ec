/** Ends everything that waits on a client when another one replaces it or the store is closed. */
export class ConnectionGivenUp extends Error {
  constructor() {
    super('the connection was given up')
  }
}
