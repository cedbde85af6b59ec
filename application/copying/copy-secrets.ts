import type { EventStore } from '../ports/event-store.ts'
import type { RawSource } from '../ports/raw-log.ts'

/**
 * Copies the secrets of the source to the target. Whatever they have proved, such as a replay that is still in its
 * queue, they then prove there too. A secret that the target created itself is replaced, since nothing can have used it
 * yet.
 * @throws Error if the store is lost, or another process writes a secret
 */
export const copySecrets = async (source: RawSource, target: EventStore): Promise<void> => {
  for (const [name, secret] of await source.secrets()) {
    const existing = await target.readSecret(name)
    if (!(await target.writeSecret(name, existing, secret))) {
      throw new Error(`another process writes the secret ${name} of the target: stop everything that uses it`)
    }
  }
}
