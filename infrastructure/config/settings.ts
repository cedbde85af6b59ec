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

/** All settings: allowed values, default, and description. */
export const settings = {
  EVENTSTORE_URL: setting(
    eventStoreUrlCodec,
    undefined,
    'EventStoreDB server of the event log: esdb:// or esdb+discover:// (if not set: a file in the data folder)',
  ),
  RABBITMQ_URL: setting(amqpUrlCodec, undefined, 'the broker: amqp:// or amqps://'),
  RABBITMQ_CA_FILE: setting(pathCodec, undefined, 'PEM file of trusted certificate authorities for amqps://'),
  RABBITMQ_X_MESSAGE_TTL: setting(
    // The broker's limit is 2^32 - 1 milliseconds.
    wholeNumberCodec(1, 4_294_967),
    86_400,
    'how long a reply stays in its queue, in seconds',
  ),
  MONGODB_URL: setting(
    mongoDbUrlCodec,
    undefined,
    'MongoDB server of the read models: mongodb:// or mongodb+srv:// (if not set: a file in the data folder)',
  ),
  IMPORT_QUEUE: setting(queueNameCodec, 'database_import', 'queue to take messages from'),
  IMPORT_QUEUE_TYPE: setting(
    oneOfCodec(...importQueueTypes),
    'classic',
    'type of the import queue if it is created',
  ),
  RESULT_QUEUE: setting(queueNameCodec, 'database_import_result', 'queue to send replies to'),
  BATCH_SIZE: setting(wholeNumberCodec(1, 10_000), 200, 'maximum messages decided and written together'),
  MAX_MESSAGE_BYTES: setting(
    wholeNumberCodec(1, 1_048_576),
    defaultLimits.message_bytes,
    'maximum bytes of a message',
  ),
  MAX_DEPTH: setting(wholeNumberCodec(1, 256), defaultLimits.depth, 'maximum nesting of a message'),
  MAX_FIELDS: setting(
    wholeNumberCodec(1, 100_000),
    defaultLimits.fields,
    'maximum fields in a message, and in a profile',
  ),
  MAX_SUBSCRIPTIONS: setting(
    wholeNumberCodec(1, 100_000),
    defaultLimits.subscriptions,
    'maximum subscriptions in a message, and in a profile',
  ),
  MAX_LIST_ELEMENTS: setting(
    wholeNumberCodec(1, 1_000_000),
    defaultLimits.list_elements,
    'maximum elements of a single list',
  ),
  MAX_CONTACTS: setting(
    wholeNumberCodec(1, 10_000),
    defaultLimits.contacts,
    'maximum phones in a message, and in a profile',
  ),
  MAX_PROFILE_BYTES: setting(
    wholeNumberCodec(1, maxProfileBytes),
    defaultLimits.profile_bytes,
    'maximum bytes of a profile: its JSON, plus the values it can be found by',
  ),
  DEFAULT_COUNTRY: setting(
    countryCodec,
    undefined,
    'country of phones in national format (if not set: they are refused)',
  ),
  AMBIGUOUS_MATCH: setting(
    oneOfCodec('oldest', 'reject'),
    'oldest',
    'if several profiles match, take the oldest or reject the message with 409',
  ),
  DATABASES_FILE: setting(
    pathCodec,
    undefined,
    'JSON file that declares databases and their fields (if not set: any database, any field)',
  ),
  PASS_OVER: setting(
    positionsCodec,
    noPositions,
    'positions of events to skip that only a newer version can read (if not set: stop before the first)',
  ),
  LOG_FILE: setting(
    pathCodec,
    undefined,
    'failure log: refused messages with their feedback_id (default job_server.log in the data folder)',
  ),
  LOG_LEVEL: setting(
    oneOfCodec('trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'),
    'info',
    'minimum level of the log on standard error',
  ),
  HTTP_HOST: setting(hostCodec, '127.0.0.1', 'address to serve health and metrics on'),
  HTTP_PORT: setting(wholeNumberCodec(0, 65_535), 8080, 'port to serve them on (0: any free port)'),
} as const

export type SettingName = keyof typeof settings

/** The settings, decoded. `undefined`: not set, and without a default. */
export type Settings = {
  readonly [Name in SettingName]:
    | t.TypeOf<(typeof settings)[Name]['codec']>
    | (typeof settings)[Name]['default']
}

export const settingNames = Object.keys(settings) as ReadonlyArray<SettingName>

/** One line for each setting: name, description, default. For `--help`. */
export const settingsHelp = (): ReadonlyArray<string> => {
  const width = Math.max(...settingNames.map((name) => name.length))
  return settingNames.map((name) => {
    const { help, default: defaultValue } = settings[name]
    return `${name.padEnd(width)}  ${help}${isStated(defaultValue) ? ` (default ${defaultValue})` : ''}`
  })
}

const isStated = (defaultValue: (typeof settings)[SettingName]['default']): boolean =>
  defaultValue !== undefined && String(defaultValue) !== ''
