import type { ImportRecord } from '../../../../application/ports/import-log.ts'
import type { ProfileDocument, ProfileRef } from '../../../../application/ports/profile-document.ts'
import type { Broker } from '../broker/broker.ts'
import type { EventLog } from '../log/event-log.ts'
import type { ReadModel, ReadModelKind } from '../read-model/read-model.ts'
import type { Server } from '../world/server.ts'
import type { World } from '../world/world.ts'

/** What is there whatever becomes of the processes. */
export interface Outside {
  readonly world: World
  readonly broker: Broker
  readonly log: EventLog
  /** Holds both read models. */
  readonly store: Server
  readonly profiles: ReadModel<ProfileRef, ProfileDocument>
  readonly imports: ReadModel<never, ImportRecord>
}

export const profilesKind: ReadModelKind<ProfileRef, ProfileDocument> = {
  name: 'profiles',
  idOf: ({ profile }) => profile.profile_id,
  textOf: ({ profileId }) => profileId,
  revisionOf: ({ profile }) => profile.revision,
}

export const importsKind: ReadModelKind<never, ImportRecord> = {
  name: 'imports',
  idOf: ({ importId }) => importId,
  textOf: (id) => id,
  revisionOf: ({ revision }) => revision,
}
