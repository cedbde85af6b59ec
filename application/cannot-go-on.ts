/**
 * Neither a defect nor anything that waiting could fix: somebody has to act. The text says what is wrong and what to
 * do. A service ends with it.
 */
export class CannotGoOn extends Error {}

/** A process of another version has switched a read model, so this process can no longer rely on it. */
export class ReadModelSwitched extends CannotGoOn {
  constructor(projection: string) {
    super(
      `the read model "${projection}" was switched to another version while this process ran: restart this process ` +
        'with the program and settings of the one that built it',
    )
  }
}
