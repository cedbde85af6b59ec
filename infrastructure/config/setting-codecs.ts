import * as t from 'io-ts'
import { isSupportedCountry } from 'libphonenumber-js'
import { isPosition, type Position } from '../../application/ports/position.ts'
import { parseEventStoreUrl } from '../eventstoredb/event-store-url.ts'

/** The name of each codec completes the sentence "NAME: must be …". */
const settingCodec = <A>(name: string, parse: (input: unknown) => A | undefined): t.Type<A, A, unknown> =>
  new t.Type<A, A, unknown>(
    name,
    (input): input is A => parse(input) === input,
    (input, context) => {
      const value = parse(input)
      return value === undefined ? t.failure(input, context) : t.success(value)
    },
    t.identity,
  )

/** A whole number, as a JSON number or as text, since the environment has only text. */
export const wholeNumberCodec = (min: number, max: number) =>
  settingCodec(`a whole number from ${min} to ${max}`, (input) => {
    const number = typeof input === 'string' && /^\d{1,15}$/.test(input) ? Number(input) : input
    return typeof number === 'number' && Number.isInteger(number) && number >= min && number <= max
      ? number
      : undefined
  })

export const oneOfCodec = <Name extends string>(...names: ReadonlyArray<Name>) =>
  settingCodec(`one of ${names.join(', ')}`, (input) => names.find((name) => name === input))

const textCodec = (name: string, fits: (text: string) => boolean) =>
  settingCodec(name, (input) => (typeof input === 'string' && fits(input) ? input : undefined))

export const amqpUrlCodec = textCodec(
  'a URL that starts with amqp:// or amqps:// and names a host',
  (text) => /^amqps?:\/\//.test(text) && URL.canParse(text) && new URL(text).hostname !== '',
)

/** Not a standard URL, since it may name several hosts and ports. */
export const mongoDbUrlCodec = textCodec(
  'a URL that starts with mongodb:// or mongodb+srv:// and names a host',
  (text) => /^mongodb(\+srv)?:\/\/([^\s/@]+@)?[^\s/@,?]+(,[^\s/@,?]+)*(\/[^\s/?]*)?(\?\S*)?$/.test(text),
)

export const eventStoreUrlCodec = textCodec(
  'a URL that starts with esdb:// or esdb+discover:// and names a host; unless it has tls=false, user and password ' +
    '(percent-encoded) must precede the host',
  (text) => parseEventStoreUrl(text) !== undefined,
)

/** AMQP short string; the broker reserves names that begin with `amq.`. */
export const queueNameCodec = textCodec(
  'a queue name of 1 to 255 bytes that does not start with amq.',
  (text) => text !== '' && Buffer.byteLength(text) <= 255 && !text.startsWith('amq.'),
)

export const pathCodec = textCodec('a path', (text) => text !== '' && !text.includes('\0'))

export const hostCodec = textCodec('a host name or an IP address', (text) => /^[\w.:-]+$/.test(text))

export const countryCodec = textCodec('an ISO 3166 alpha-2 country code, such as DE', (text) =>
  isSupportedCountry(text),
)

const positionIn = (item: unknown): Position | undefined => {
  const text = typeof item === 'string' ? item.trim() : ''
  return isPosition(text) ? text : undefined
}

const positionsIn = (input: unknown): ReadonlyArray<Position> | undefined => {
  const items: ReadonlyArray<unknown> | undefined = typeof input === 'string' ? input.split(',') : undefined
  const positions = new Set((items ?? (Array.isArray(input) ? input : [undefined])).map(positionIn))
  return positions.has(undefined) ? undefined : [...positions].filter((position) => position !== undefined)
}

/** As text, since the environment has nothing else, or as a list. Duplicates count once. */
export const positionsCodec = settingCodec(
  'positions of events as printed by `events`, separated by commas or as a list',
  positionsIn,
)
