import { CannotGoOn } from '../cannot-go-on.ts'

/** The profiles are found by the keys of another version now: those of this process would miss them. */
export class ForeignReadModel extends CannotGoOn {
  constructor() {
    super('the read model "profiles" was switched to another version while this process ran: restart it')
  }
}
