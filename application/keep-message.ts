import { Buffer } from 'node:buffer'
import { hash } from 'node:crypto'
import type { KeptMessage } from '../domain/events/current.ts'
import type { Limits } from '../domain/limits.ts'
import { type Delivery, keptOfOversize, type OversizeBody } from './ports/import-source.ts'
import { textOf } from './read-json.ts'

/** A message as kept in the event. */
export interface ReceivedMessage {
  readonly kept: KeptMessage
  /** Length of the whole message. */
  readonly bytes: number
  /** SHA-256 of the whole message, in hex. */
  readonly sha256: string
}

export const kept = (bytes: Buffer, text: string | undefined): ReceivedMessage => ({
  kept:
    text === undefined
      ? { encoding: 'base64', body: bytes.toString('base64') }
      : { encoding: 'utf8', body: text },
  bytes: bytes.length,
  sha256: hash('sha256', bytes, 'hex'),
})

export const keptOversize = ({ bytes, sha256, beginning }: OversizeBody): ReceivedMessage => ({
  kept: { encoding: 'base64', body: bufferOf(beginning).toString('base64'), truncated: true },
  bytes,
  sha256,
})

/** The same after its source may have dropped most of it. */
const oversize = (bytes: Buffer): OversizeBody => ({
  bytes: bytes.length,
  sha256: hash('sha256', bytes, 'hex'),
  beginning: bytes.subarray(0, keptOfOversize),
})

export type Body = Delivery['body']

/** A whole body, or what is left of one that is too large. */
export const within = ({ message_bytes }: Limits, body: Body): Buffer | OversizeBody => {
  if (!(body instanceof Uint8Array)) return body
  const bytes = bufferOf(body)
  return bytes.length > message_bytes ? oversize(bytes) : bytes
}

export const keepMessage = (body: Body, limits: Limits): ReceivedMessage => {
  const bytes = within(limits, body)
  return Buffer.isBuffer(bytes) ? kept(bytes, textOf(bytes)) : keptOversize(bytes)
}

const bufferOf = (body: Uint8Array): Buffer => Buffer.from(body.buffer, body.byteOffset, body.byteLength)
