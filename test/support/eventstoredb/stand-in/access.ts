import type { Metadata, StatusObject } from '@grpc/grpc-js'
import { refusals } from './refusals.ts'

export interface Node {
  readonly host: string
  readonly port: number
}

/** Who may call, and which node answers. */
export interface Access {
  /** `user:password` of the only user, an administrator; undefined if the server requires none, as with --insecure. */
  user: string | undefined
  /** Undefined if this node is the leader. */
  leader: Node | undefined
  /** What the user may not do: `read <stream>`, `append to <stream>`, or `manage projections`. */
  readonly denied: Set<string>
}

/** Why any call is refused; undefined if it is not. */
export const refusalOf = (
  { user, leader, denied }: Access,
  metadata: Metadata,
  action?: string,
): StatusObject | undefined => {
  const [authorization] = metadata.get('authorization')
  if (user !== undefined) {
    if (authorization === undefined) return refusals.accessDenied()
    if (authorization !== `Basic ${Buffer.from(user).toString('base64')}`) return refusals.unauthenticated()
  }
  if (action !== undefined && denied.has(action)) return refusals.accessDenied()
  const [requiresLeader] = metadata.get('requires-leader')
  return leader !== undefined && requiresLeader === 'true'
    ? refusals.notLeader(leader.host, leader.port)
    : undefined
}
