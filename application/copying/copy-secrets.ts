import type { EventStore } from '../ports/event-store.ts'
import type { RawSource } from '../ports/raw-log.ts'

/**
 * Gives the target the secrets of the source: what they have proved, such as a replay that is still in its queue, they prove
 * there too. One that the target has made for itself goes, for nothing can have come of it yet.
 * @throws Error when the store is lost, or somebody else writes a secret
 */
export const copySecrets = async (source: RawSource, target: EventStore): Promise<void> => {
  for (const [name, secret] of await source.secrets()) {
    const existing = await target.readSecret(name)
    if (!(await target.writeSecret(name, existing, secret))) {
      throw new Error(`somebody else writes the secret ${name} of the target: stop what runs on it`)
    }
  }
}
