import { GossipService } from '@eventstore/db-client/generated/gossip_grpc_pb.js'
import { ProjectionsService } from '@eventstore/db-client/generated/projections_grpc_pb.js'
import { ServerFeaturesService } from '@eventstore/db-client/generated/serverfeatures_grpc_pb.js'
import { StreamsService } from '@eventstore/db-client/generated/streams_grpc_pb.js'
import { Server, ServerCredentials } from '@grpc/grpc-js'
import { openTcpGate } from '../../servers/tcp-gate.ts'
import type { Access, Node } from './access.ts'
import { appendCall } from './append-call.ts'
import { type Compression, compressing } from './compression.ts'
import { Faults } from './faults.ts'
import { featureCalls } from './features.ts'
import { gossipCalls, type Member } from './gossip.ts'
import { MemoryLog } from './memory-log.ts'
import { type InstalledProjection, projectionCalls } from './projections.ts'
import { readCall } from './read-call.ts'

export interface StandInOptions {
  /** By default any free one. */
  readonly port?: number
  /** Shared by the nodes of one cluster. */
  readonly log?: MemoryLog
  /** `user:password`; by default none is required. */
  readonly user?: string
  /** PEM. */
  readonly tls?: { readonly cert: Buffer; readonly key: Buffer }
}

/**
 * Speaks EventStoreDB's protocol, using the definitions included in the client, and decides as the real server does
 * where the adapter uses it. Its purpose is to exercise the real client: it refuses what the real server refuses.
 */
export interface StandIn {
  readonly port: number
  /** Without user and TLS. */
  readonly url: string
  readonly log: MemoryLog
  readonly faults: Faults
  /** Events that subscriptions have sent. */
  readonly sent: number
  readonly projections: Map<string, InstalledProjection>
  /** `user:password` of the only user; undefined while none is required. */
  user: string | undefined
  /** What the user may not do: `read <stream>`, `append to <stream>`, or `manage projections`. */
  readonly denied: Set<string>
  /** Whether answers are compressed. */
  compresses: boolean
  /** The leader that it names; undefined while it is the leader itself. */
  leader: Node | undefined
  /** What gossip says about the cluster; undefined while gossip does not answer. */
  members: ReadonlyArray<Member> | undefined
  /** Breaks all connections. */
  cut(): void
  /** Whether connections are refused. */
  down: boolean
  close(): Promise<void>
}

export const startStandIn = async (options: StandInOptions = {}): Promise<StandIn> => {
  const log = options.log ?? new MemoryLog()
  const faults = new Faults()
  const installed = new Map<string, InstalledProjection>()
  const sent = { events: 0 }
  const compression: Compression = { on: false }
  const access: Access = { user: options.user, leader: undefined, denied: new Set() }
  const server = new Server({
    'grpc.max_receive_message_length': -1,
    interceptors: [compressing(compression)],
  })
  // Everything omitted is answered as not implemented, including batch append: the adapter must not use it.
  server.addService(StreamsService, {
    read: readCall({ log, access, faults, sent }),
    append: appendCall({ log, access, faults, cut: () => gate.cut() }),
  })
  server.addService(ProjectionsService, projectionCalls({ log, access, faults, installed }))
  server.addService(ServerFeaturesService, featureCalls)
  server.addService(
    GossipService,
    gossipCalls(() => standIn.members),
  )
  const credentials =
    options.tls === undefined
      ? ServerCredentials.createInsecure()
      : ServerCredentials.createSsl(null, [{ private_key: options.tls.key, cert_chain: options.tls.cert }])
  const target = await new Promise<number>((resolve, reject) =>
    server.bindAsync('127.0.0.1:0', credentials, (error, port) => (error ? reject(error) : resolve(port))),
  )
  const gate = await openTcpGate(target, options.port)
  const standIn: StandIn = {
    port: gate.port,
    url: `esdb://localhost:${gate.port}?tls=false`,
    log,
    faults,
    projections: installed,
    get sent() {
      return sent.events
    },
    get user() {
      return access.user
    },
    set user(user) {
      access.user = user
    },
    denied: access.denied,
    get compresses() {
      return compression.on
    },
    set compresses(on) {
      compression.on = on
    },
    get leader() {
      return access.leader
    },
    set leader(leader) {
      access.leader = leader
    },
    members: undefined,
    cut: gate.cut,
    get down() {
      return gate.closed
    },
    set down(down) {
      gate.closed = down
      if (down) gate.cut()
    },
    close: async () => {
      server.forceShutdown()
      await gate.dispose()
    },
  }
  return standIn
}
