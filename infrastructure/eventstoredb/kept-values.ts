import type { EventStore } from '../../application/ports/event-store.ts'
import { logIdentityIn } from '../../application/ports/log-identity.ts'
import { positionCodec } from '../../application/ports/position.ts'
import type { Connection } from './connection.ts'
import { KeptTexts } from './kept-texts.ts'
import type { StreamNames } from './stream-names.ts'

type KeptValues = Pick<
  EventStore,
  'readIdentity' | 'writeIdentity' | 'readCheckpoint' | 'writeCheckpoint' | 'readSecret' | 'writeSecret'
>

/** Values that live with the log but are not events of it. */
export const keptValues = (connection: Connection, names: StreamNames): KeptValues => {
  const identities = new KeptTexts(connection, {
    kind: 'identity',
    stream: () => names.identity,
    eventType: 'LogIdentified',
    member: 'identity',
    is: (text): text is string => logIdentityIn(text) !== undefined,
  })
  const checkpoints = new KeptTexts(connection, {
    kind: 'checkpoint',
    stream: (name) => names.checkpoint(name),
    eventType: 'CheckpointMoved',
    member: 'position',
    is: positionCodec.is,
  })
  const secrets = new KeptTexts(connection, {
    kind: 'secret',
    stream: (name) => names.secret(name),
    eventType: 'SecretKept',
    member: 'base64',
    is: isBase64,
  })
  return {
    readIdentity: async () => {
      const text = await identities.read('log')
      return text === undefined ? undefined : logIdentityIn(text)
    },
    writeIdentity: (expected, identity) =>
      identities.write(
        'log',
        expected === undefined ? undefined : JSON.stringify(expected),
        JSON.stringify(identity),
      ),
    readCheckpoint: (name) => checkpoints.read(name),
    writeCheckpoint: (name, expected, position) => checkpoints.write(name, expected, position),
    readSecret: async (name) => {
      const text = await secrets.read(name)
      return text === undefined ? undefined : Buffer.from(text, 'base64')
    },
    writeSecret: (name, expected, secret) =>
      secrets.write(name, expected === undefined ? undefined : base64(expected), base64(secret)),
  }
}

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64')

const isBase64 = (text: string): text is string => base64(Buffer.from(text, 'base64')) === text
