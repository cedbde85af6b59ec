import { MongoNetworkError, MongoNetworkTimeoutError, type MongoServerSelectionError } from 'mongodb'

/** What the driver met at each server that it tried. */
export const errorsOfServers = ({ reason }: MongoServerSelectionError): ReadonlyArray<Error> =>
  [...(reason?.servers.values() ?? [])].flatMap(({ error }) => error ?? [])

/** It forgets servers that do not belong to the replica set that the URL names. */
export const isWrongReplicaSet = ({ reason }: MongoServerSelectionError): boolean =>
  typeof reason?.setName === 'string' && reason.servers.size === 0

/** With the hosts that were tried, and why each cannot be used. */
export const noUsableServer = (error: MongoServerSelectionError): string => {
  const { name, reason } = error
  if (isWrongReplicaSet(error)) return `${name}: no server is a member of the replica set ${reason?.setName}`
  const tried = [...(reason?.servers ?? [])].map(([host, server]) => `${host} (${whyNot(server)})`)
  return tried.length === 0 ? name : `${name}: no usable server at ${tried.join(', ')}`
}

/** The code of the socket or of TLS, if there is one. */
const whyNot = ({ error, type }: { readonly error: Error | null; readonly type: string }): string => {
  if (error === null) return type === 'Unknown' ? 'no answer' : type
  if (error.cause instanceof Error && 'code' in error.cause && typeof error.cause.code === 'string')
    return error.cause.code
  if (error instanceof MongoNetworkTimeoutError) return 'no answer'
  // Its texts contain no code. A server that requires TLS does this to a client without.
  return error instanceof MongoNetworkError ? 'it closes the connection' : error.name
}
