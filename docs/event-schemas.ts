import type * as t from 'io-ts'
import {
  eventMetadataCodec,
  fieldChangeCodec,
  importRejectedCodec,
  importRepeatedCodec,
  profileCreatedCodec,
  profileUpdatedCodec,
  schemaVersion,
  subscriptionChangeCodec,
  subscriptionCodec,
  utcTimeCodec,
  utcTimePattern,
} from '../domain/events/current.ts'
import { importIdCodec, positiveIntCodec, profileIdCodec } from '../domain/ids.ts'
import { type JsonObject, jsonCodec, jsonObjectCodec } from '../domain/json.ts'
import { outcomeCodec } from '../domain/outcome.ts'
import { reasonCodec } from '../domain/reason.ts'
import { jsonSchemaOf, type KnownCodecs } from './json-schema-of.ts'

const known: KnownCodecs = {
  named: new Map<t.Any, string>([
    [eventMetadataCodec, 'Metadata'],
    [fieldChangeCodec, 'FieldChange'],
    [subscriptionChangeCodec, 'SubscriptionChange'],
    [subscriptionCodec, 'Subscription'],
    [reasonCodec, 'Rejection'],
    [outcomeCodec, 'Outcome'],
    [importIdCodec, 'ImportId'],
    [profileIdCodec, 'ProfileId'],
    [positiveIntCodec, 'PositiveInt'],
  ]),
  leaves: new Map<t.Any, JsonObject>([
    [jsonCodec, {}],
    [jsonObjectCodec, { type: 'object' }],
    [utcTimeCodec, { type: 'string', pattern: utcTimePattern.source }],
    [importIdCodec, { type: 'string', pattern: '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' }],
    [profileIdCodec, { type: 'string', pattern: '^[0-9a-f]{24}$' }],
    [positiveIntCodec, { type: 'integer', minimum: 1, maximum: Number.MAX_SAFE_INTEGER }],
  ]),
}

const eventCodecs = {
  'profile-created': profileCreatedCodec,
  'profile-updated': profileUpdatedCodec,
  'import-rejected': importRejectedCodec,
  'import-repeated': importRepeatedCodec,
}

const schemaOf = (name: string, { props }: (typeof eventCodecs)[keyof typeof eventCodecs]): JsonObject => {
  const defs = new Map<string, JsonObject>()
  const toSchema = jsonSchemaOf(known, defs)
  const properties = {
    type: toSchema(props.type),
    data: toSchema(props.data),
    metadata: toSchema(eventMetadataCodec),
  }
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: `urn:profile-importer:event:${name}:${schemaVersion}`,
    title: props.type.value,
    description: 'Generated from the codecs by npm run schemas; docs/events.md says what the members mean.',
    type: 'object',
    properties,
    required: Object.keys(properties),
    $defs: Object.fromEntries([...defs].sort(([a], [b]) => (a < b ? -1 : 1))),
  }
}

/** The schema of every event type, of today's version, by the name of its file. */
export const eventSchemas: ReadonlyMap<string, JsonObject> = new Map(
  Object.entries(eventCodecs).map(([name, codec]) => [`${name}.schema.json`, schemaOf(name, codec)]),
)
