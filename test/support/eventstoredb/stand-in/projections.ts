import type { IProjectionsServer } from '@eventstore/db-client/generated/projections_grpc_pb.js'
import projections from '@eventstore/db-client/generated/projections_pb.js'
import shared from '@eventstore/db-client/generated/shared_pb.js'
import type { Metadata } from '@grpc/grpc-js'
import { type Access, refusalOf } from './access.ts'
import type { Faults } from './faults.ts'
import type { MemoryLog } from './memory-log.ts'
import { refusals } from './refusals.ts'

export interface InstalledProjection {
  query: string
  emits: boolean
  enabled: boolean
  /** How often the query was changed. */
  updates: number
}

export interface ProjectionsContext {
  readonly log: MemoryLog
  readonly access: Access
  readonly faults: Faults
  readonly installed: Map<string, InstalledProjection>
}

type Calls = Pick<IProjectionsServer, 'create' | 'update' | 'enable' | 'statistics'>

/** Stores projections, but runs none. Records each change in the log, as the real server does. */
export const projectionCalls = ({ log, access, faults, installed }: ProjectionsContext): Calls => {
  const refusalToManage = (metadata: Metadata) =>
    refusalOf(access, metadata) ??
    (access.denied.has('manage projections') ? refusals.notAuthorized() : undefined)
  const record = (name: string): void => {
    const { query, enabled } = installed.get(name) ?? {}
    log.writeSystemEvent('$ProjectionUpdated', `$projections-${name}`, { query, enabled })
  }
  return {
    create: (call, answer) => {
      const refused = refusalToManage(call.metadata) ?? faults.takeProjectionFault('create')
      if (refused !== undefined) return answer(refused)
      const options = call.request.getOptions()
      const continuous = options?.getContinuous()
      const name = continuous?.getName() ?? ''
      if (options === undefined || continuous === undefined || name === '' || options.getQuery() === '') {
        return answer(refusals.invalid('name and query must be said'))
      }
      if (installed.has(name))
        return answer(refusals.unknown('Envelope callback expected Updated, received Conflict'))
      installed.set(name, {
        query: options.getQuery(),
        emits: continuous.getEmitEnabled(),
        enabled: true,
        updates: 0,
      })
      record(name)
      answer(null, new projections.CreateResp())
    },
    update: (call, answer) => {
      const refused = refusalToManage(call.metadata) ?? faults.takeProjectionFault('update')
      if (refused !== undefined) return answer(refused)
      const options = call.request.getOptions()
      const name = options?.getName() ?? ''
      const projection = installed.get(name)
      if (options === undefined || projection === undefined)
        return answer(refusals.notFound('no such projection'))
      projection.query = options.getQuery()
      if (options.hasEmitEnabled()) projection.emits = options.getEmitEnabled()
      projection.updates++
      record(name)
      answer(null, new projections.UpdateResp())
    },
    enable: (call, answer) => {
      const refused = refusalToManage(call.metadata) ?? faults.takeProjectionFault('enable')
      if (refused !== undefined) return answer(refused)
      const name = call.request.getOptions()?.getName() ?? ''
      const projection = installed.get(name)
      if (projection === undefined) return answer(refusals.notFound('no such projection'))
      projection.enabled = true
      record(name)
      answer(null, new projections.EnableResp())
    },
    statistics: (call) => {
      const refused = refusalOf(access, call.metadata)
      if (refused !== undefined) return void call.emit('error', refused)
      const fault = faults.projections.shift()
      if (fault === 'silence') return
      if (fault !== undefined) return void call.emit('error', fault)
      if (call.request.getOptions()?.getContinuous() instanceof shared.Empty) {
        for (const [name, { enabled }] of installed) {
          const details = new projections.StatisticsResp.Details()
            .setName(name)
            .setStatus(enabled ? 'Running' : 'Stopped')
          // The client converts these when they arrive.
          details.setCoreprocessingtime('0').setVersion('0').setEpoch('0')
          details.setEventsprocessedafterrestart('0').setBufferedevents('0')
          call.write(new projections.StatisticsResp().setDetails(details))
        }
      }
      call.end()
    },
  }
}
