import * as t from 'io-ts'
import {
  fieldChange,
  importId,
  importRejected,
  importRepeated,
  json,
  jsonObject,
  keptMessage,
  messageProperties,
  messageSource,
  newerReason,
  newerTag,
  personalContext,
  positiveInt,
  profileCreated,
  profileId,
  profileUpdated,
  publicContext,
  reason,
  replyCodes,
  schemaVersion,
  subscription,
  subscriptionChange,
  utcTime,
  utcTimePattern,
} from '../domain/events/current.ts'
import type { JsonObject } from '../domain/json.ts'
import { jsonSchemaOf, type KnownCodecs } from './json-schema-of.ts'

const known: KnownCodecs = {
  named: new Map<t.Any, string>([
    [fieldChange, 'FieldChange'],
    [subscriptionChange, 'SubscriptionChange'],
    [subscription, 'Subscription'],
    [reason, 'Reason'],
    [newerReason, 'NewerReason'],
    [messageSource, 'Source'],
    [messageProperties, 'MessageProperties'],
    [importId, 'ImportId'],
    [profileId, 'ProfileId'],
    [positiveInt, 'PositiveInt'],
  ]),
  leaves: new Map<t.Any, JsonObject>([
    [json, {}],
    [jsonObject, { type: 'object' }],
    [newerTag, { type: 'string', not: { enum: Object.keys(replyCodes) } }],
    [utcTime, { type: 'string', pattern: utcTimePattern.source }],
    [importId, { type: 'string', pattern: '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' }],
    [profileId, { type: 'string', pattern: '^[0-9a-f]{24}$' }],
    [positiveInt, { type: 'integer', minimum: 1, maximum: Number.MAX_SAFE_INTEGER }],
  ]),
}

const eventCodecs = {
  'profile-created': profileCreated,
  'profile-updated': profileUpdated,
  'import-rejected': importRejected,
  'import-repeated': importRepeated,
}

const schemaOf = (name: string, { props }: (typeof eventCodecs)[keyof typeof eventCodecs]): JsonObject => {
  const defs = new Map<string, JsonObject>()
  const toSchema = jsonSchemaOf(known, defs)
  const part = (description: string, codec: t.Any): JsonObject => ({ description, ...toSchema(codec) })
  const properties = {
    type: toSchema(props.type),
    public: part('What remains when a person is erased', t.intersection([publicContext, props.public])),
    personal: part('What could identify a person', t.intersection([personalContext, props.personal])),
    message: part('The message as received', keptMessage),
  }
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: `urn:profile-importer:event:${name}:${schemaVersion}`,
    title: props.type.value,
    description: 'Generated from the codecs by npm run schemas. docs/events.md explains the members.',
    type: 'object',
    properties,
    required: Object.keys(properties),
    $defs: Object.fromEntries([...defs].sort(([a], [b]) => (a < b ? -1 : 1))),
  }
}

/** The schema of every event type of the current version, by file name. */
export const eventSchemas: ReadonlyMap<string, JsonObject> = new Map(
  Object.entries(eventCodecs).map(([name, codec]) => [`${name}.schema.json`, schemaOf(name, codec)]),
)
