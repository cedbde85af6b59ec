import { comparePositions, positionText } from '../../application/ports/position.ts'
import type { Found } from '../../application/questions/search.ts'
import { keyKinds } from '../../domain/matching/key-kinds.ts'
import type { Stores } from '../composition-root/stores.ts'
import { liveGeneration } from './live-generation.ts'
import { say } from './output.ts'

/** Tells which imports cannot be searched yet. @throws CommandFailed if none can */
export const tellSearchLag = async ({ projections, projectionStores, eventStore }: Stores): Promise<void> => {
  const { checkpoint } = await liveGeneration(projections.search, projectionStores.search)
  if (comparePositions(checkpoint, await eventStore.end()) < 0)
    say(`note: imports after ${positionText(checkpoint)} cannot be found yet`)
}

export const tellWideContacts = ({ wideContacts }: Pick<Found, 'wideContacts'>): void => {
  for (const keys of wideContacts)
    say(
      `note: too many profiles had this ${keyKinds(keys.slice(0, 1))}: only the imports are searched whose ` +
        'message named it, or that set it',
    )
}
