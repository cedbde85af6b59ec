import type { IGossipServer } from '@eventstore/db-client/generated/gossip_grpc_pb.js'
import gossip from '@eventstore/db-client/generated/gossip_pb.js'
import type { Node } from './access.ts'
import { refusals } from './refusals.ts'

export interface Member extends Node {
  readonly leader: boolean
}

/** Unavailable while no members are known. */
export const gossipCalls = (
  members: () => ReadonlyArray<Member> | undefined,
): Pick<IGossipServer, 'read'> => ({
  read: (_, answer) => {
    const known = members()
    if (known === undefined) answer(refusals.unavailable('no gossip'))
    else answer(null, new gossip.ClusterInfo().setMembersList(known.map(toMemberInfo)))
  },
})

const toMemberInfo = ({ host, port, leader }: Member) => {
  const { LEADER, FOLLOWER } = gossip.MemberInfo.VNodeState
  return new gossip.MemberInfo()
    .setIsAlive(true)
    .setTimeStamp('0')
    .setState(leader ? LEADER : FOLLOWER)
    .setHttpEndPoint(new gossip.EndPoint().setAddress(host).setPort(port))
}
