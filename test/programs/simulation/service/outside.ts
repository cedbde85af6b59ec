import { idOfRefusals } from '../../../../projections/refusals.ts'
import type { DocumentOf, IdOf, ReadModelName } from '../../../../projections/registry.ts'
import type { Broker } from '../broker/broker.ts'
import type { EventLog } from '../log/event-log.ts'
import type { ReadModel, ReadModelKind } from '../read-model/read-model.ts'
import type { Server } from '../world/server.ts'
import type { World } from '../world/world.ts'

/** What exists independently of the processes. */
export interface Outside {
  readonly world: World
  readonly broker: Broker
  readonly log: EventLog
  /** Holds all read models. */
  readonly store: Server
  readonly readModels: { readonly [Name in ReadModelName]: ReadModel<IdOf<Name>, DocumentOf<Name>> }
}

export const kinds: { readonly [Name in ReadModelName]: ReadModelKind<IdOf<Name>, DocumentOf<Name>> } = {
  profiles: {
    name: 'profiles',
    idOf: ({ profile }) => profile.profile_id,
    textOf: ({ profileId }) => profileId,
    revisionOf: ({ profile }) => profile.revision,
  },
  imports: {
    name: 'imports',
    idOf: ({ importId }) => importId,
    textOf: (id) => id,
    revisionOf: ({ revision }) => revision,
  },
  refusals: {
    name: 'refusals',
    idOf: idOfRefusals,
    textOf: idOfRefusals,
    revisionOf: ({ revision }) => revision,
  },
  search: {
    name: 'search',
    idOf: ({ position }) => position,
    textOf: (position) => position,
    revisionOf: ({ revision }) => revision,
  },
}
