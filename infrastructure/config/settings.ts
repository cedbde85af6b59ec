import type * as t from 'io-ts'
import type { Position } from '../../application/ports/position.ts'
import { maxProfileBytes } from '../../application/ports/profile-document.ts'
import { defaultLimits } from '../../domain/limits.ts'
import { importQueueTypes } from '../rabbitmq/import-queue.ts'
import {
  amqpUrlCodec,
  countryCodec,
  eventStoreUrlCodec,
  hostCodec,
  mongoDbUrlCodec,
  oneOfCodec,
  pathCodec,
  positionsCodec,
  queueNameCodec,
  wholeNumberCodec,
} from './setting-codecs.ts'

interface Setting<A, Default extends A | undefined> {
  readonly codec: t.Type<A, A, unknown>
  readonly default: Default
  readonly help: string
}

const setting = <A, Default extends A | undefined>(
  codec: t.Type<A, A, unknown>,
  defaultValue: Default,
  help: string,
): Setting<A, Default> => ({ codec, default: defaultValue, help })

const noPositions: ReadonlyArray<Position> = []

/** Every setting there is: what it may be, what it is when nothing is said, and what it does. */
export const settings = {
  EVENTSTORE_URL: setting(
    eventStoreUrlCodec,
    undefined,
    'EventStoreDB for the event log: esdb:// or esdb+discover:// (none: a file in the data folder)',
  ),
  RABBITMQ_URL: setting(amqpUrlCodec, undefined, 'the broker: amqp:// or amqps://'),
  RABBITMQ_CA_FILE: setting(pathCodec, undefined, 'PEM file with the authorities to trust for amqps://'),
  RABBITMQ_X_MESSAGE_TTL: setting(
    // The broker's limit is 2^32 - 1 milliseconds.
    wholeNumberCodec(1, 4_294_967),
    86_400,
    'seconds that a reply stays in its queue',
  ),
  MONGODB_URL: setting(
    mongoDbUrlCodec,
    undefined,
    'server of the read models: mongodb:// or mongodb+srv:// (none: kept in the data folder)',
  ),
  IMPORT_QUEUE: setting(queueNameCodec, 'database_import', 'queue that messages are taken from'),
  IMPORT_QUEUE_TYPE: setting(
    oneOfCodec(...importQueueTypes),
    'classic',
    'what the queue becomes that messages are taken from, if there is none',
  ),
  RESULT_QUEUE: setting(queueNameCodec, 'database_import_result', 'queue that replies go to'),
  BATCH_SIZE: setting(wholeNumberCodec(1, 10_000), 200, 'messages decided and written together, at most'),
  MAX_MESSAGE_BYTES: setting(
    wholeNumberCodec(1, 1_048_576),
    defaultLimits.message_bytes,
    'bytes of a message',
  ),
  MAX_DEPTH: setting(wholeNumberCodec(1, 256), defaultLimits.depth, 'levels of nesting in a message'),
  MAX_FIELDS: setting(
    wholeNumberCodec(1, 100_000),
    defaultLimits.fields,
    'fields in a message and in a profile',
  ),
  MAX_SUBSCRIPTIONS: setting(
    wholeNumberCodec(1, 100_000),
    defaultLimits.subscriptions,
    'subscriptions in a message and in a profile',
  ),
  MAX_LIST_ELEMENTS: setting(
    wholeNumberCodec(1, 1_000_000),
    defaultLimits.list_elements,
    'elements of any one list',
  ),
  MAX_CONTACTS: setting(
    wholeNumberCodec(1, 10_000),
    defaultLimits.contacts,
    'phones in a message and in a profile',
  ),
  MAX_PROFILE_BYTES: setting(
    wholeNumberCodec(1, maxProfileBytes),
    defaultLimits.profile_bytes,
    'bytes of a profile: as JSON, and what it may be found by',
  ),
  DEFAULT_COUNTRY: setting(
    countryCodec,
    undefined,
    'country of phones in national form (none: they are refused)',
  ),
  AMBIGUOUS_MATCH: setting(
    oneOfCodec('oldest', 'reject'),
    'oldest',
    'when several profiles match: the oldest wins, or the message is refused with 409',
  ),
  DATABASES_FILE: setting(
    pathCodec,
    undefined,
    'JSON file that declares databases and their fields (none: any database, any field)',
  ),
  PASS_OVER: setting(
    positionsCodec,
    noPositions,
    'positions of events that only a newer version can read, to go on without them (none: it stops before the first)',
  ),
  LOG_FILE: setting(
    pathCodec,
    undefined,
    'log of refused messages with their feedback_id (default job_server.log in the data folder)',
  ),
  LOG_LEVEL: setting(
    oneOfCodec('trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'),
    'info',
    'least level that is logged to standard error',
  ),
  HTTP_HOST: setting(hostCodec, '127.0.0.1', 'address that health and metrics are served on'),
  HTTP_PORT: setting(wholeNumberCodec(0, 65_535), 8080, 'port that they are served on (0: any free one)'),
} as const

export type SettingName = keyof typeof settings

/** The settings, decoded. `undefined`: not set, and there is no default. */
export type Settings = {
  readonly [Name in SettingName]:
    | t.TypeOf<(typeof settings)[Name]['codec']>
    | (typeof settings)[Name]['default']
}

export const settingNames = Object.keys(settings) as ReadonlyArray<SettingName>

/** One line for each setting: name, what it does, default. For `--help` and the README. */
export const settingsHelp = (): ReadonlyArray<string> => {
  const width = Math.max(...settingNames.map((name) => name.length))
  return settingNames.map((name) => {
    const { help, default: defaultValue } = settings[name]
    return `${name.padEnd(width)}  ${help}${isStated(defaultValue) ? ` (default ${defaultValue})` : ''}`
  })
}

const isStated = (defaultValue: (typeof settings)[SettingName]['default']): boolean =>
  defaultValue !== undefined && String(defaultValue) !== ''
