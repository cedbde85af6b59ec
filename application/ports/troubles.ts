/** What is unavailable, and why; without personal data and secrets. */
export interface Trouble {
  /** A store, the broker, or a queue. */
  readonly with: string
  readonly cause: string
}

/** For a component of the program that meets trouble. */
export interface MeetsTroubles {
  /** It cannot continue, and retries. */
  met(component: string, trouble: Trouble): void
  /** It has recovered. */
  over(component: string): void
}
