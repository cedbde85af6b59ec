import { Metadata, type StatusObject, status } from '@grpc/grpc-js'

const refusal = (code: status, details: string, trailers: Readonly<Record<string, string>>): StatusObject => {
  const metadata = new Metadata()
  for (const [key, value] of Object.entries(trailers)) metadata.set(key, value)
  return { code, details, metadata }
}

/** The errors of the real server, as it sends them. */
export const refusals = {
  tooLarge: (limit: number) =>
    refusal(status.INVALID_ARGUMENT, `Maximum Append Size of ${limit} Exceeded.`, {
      exception: 'maximum-append-size-exceeded',
      'maximum-append-size': String(limit),
    }),
  notLeader: (host: string, port: number) =>
    refusal(status.NOT_FOUND, 'Leader info available', {
      exception: 'not-leader',
      'leader-endpoint-host': host,
      'leader-endpoint-port': String(port),
    }),
  accessDenied: () => refusal(status.PERMISSION_DENIED, 'Access Denied', { exception: 'access-denied' }),
  unauthenticated: () => refusal(status.UNAUTHENTICATED, 'Bad HTTP authentication', {}),
  invalid: (what: string) => refusal(status.INVALID_ARGUMENT, what, {}),
  unavailable: (what: string) => refusal(status.UNAVAILABLE, what, {}),
  internal: (what: string) => refusal(status.INTERNAL, what, {}),
  /** What the client makes of an answer that it cannot decompress. */
  unreadable: () => refusal(status.INTERNAL, 'Failed to decompress gzip-encoded message', {}),
  notAuthorized: () =>
    refusal(status.UNKNOWN, 'Envelope callback expected Updated, received NotAuthorized instead', {}),
  unimplemented: () => refusal(status.UNIMPLEMENTED, 'Service is unimplemented.', {}),
  unknown: (what: string) => refusal(status.UNKNOWN, what, {}),
  notFound: (what: string) => refusal(status.NOT_FOUND, what, {}),
}
