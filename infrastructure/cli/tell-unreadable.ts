import type { UnreadablePlace } from '../../projections/audit.ts'
import type { Verification } from '../../projections/comparison.ts'
import { counted } from '../text/counted.ts'
import { say } from './output.ts'

const shown = 5

const placeText = ({ position, stream, type }: UnreadablePlace): string =>
  `  position ${position}: ${type || 'an event without a type'} in ${stream}`

/** Reports the events that the verified read models cannot show, and what they still show of these. */
export const tellUnreadable = (verifications: ReadonlyArray<Verification>): void => {
  const [most] = verifications.toSorted((a, b) => b.unreadable - a.unreadable)
  if (most === undefined || most.unreadable === 0) return
  say(`${counted(most.unreadable, 'event')} of the log cannot be read:`)
  for (const place of most.unreadable_examples.slice(0, shown)) say(placeText(place))
  if (most.unreadable > shown) say('  …')
  for (const { projection, outlasting } of verifications) {
    if (outlasting === 0) continue
    const documents = `${counted(outlasting, 'document')} still ${outlasting === 1 ? 'shows' : 'show'}`
    say(`${projection}: ${documents} the effect of these events; run \`rebuild\` to remove it`)
  }
}
