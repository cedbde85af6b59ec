import { sequenceS } from 'fp-ts/lib/Apply.js'
import * as E from 'fp-ts/lib/Either.js'
import * as RA from 'fp-ts/lib/ReadonlyArray.js'

/** Left: one line for each mistake. */
export type Valid<A> = E.Either<ReadonlyArray<string>, A>

/** All members, or all their mistakes. */
export const every = sequenceS(E.getApplicativeValidation(RA.getSemigroup<string>()))

/** Puts the name of the setting, or the path of the file, before each mistake. */
export const inSetting = (name: string) => E.mapLeft(RA.map((mistake: string) => `${name}: ${mistake}`))
