import type { Metadata, StatusObject } from '@grpc/grpc-js'
import { refusals } from './refusals.ts'

export interface Node {
  readonly host: string
  readonly port: number
}

/** Who may call, and which node answers. */
export interface Access {
  /** `user:password` of the only user, an administrator; undefined for a server that asks nobody, as with --insecure. */
  user: string | undefined
  /** Undefined where this node is the leader. */
  leader: Node | undefined
}

/** Why a call is refused whatever it asks for; undefined when it is not. */
export const refusalOf = ({ user, leader }: Access, metadata: Metadata): StatusObject | undefined => {
  const [authorization] = metadata.get('authorization')
  if (user !== undefined) {
    if (authorization === undefined) return refusals.accessDenied()
    if (authorization !== `Basic ${Buffer.from(user).toString('base64')}`) return refusals.unauthenticated()
  }
  const [requiresLeader] = metadata.get('requires-leader')
  return leader !== undefined && requiresLeader === 'true'
    ? refusals.notLeader(leader.host, leader.port)
    : undefined
}
