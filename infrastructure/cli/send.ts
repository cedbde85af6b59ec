import type { Command } from 'commander'
import { readNdjsonLines } from '../ndjson/read-ndjson-lines.ts'
import type { ImportMessage } from '../rabbitmq/import-publisher.ts'
import { systemIds } from '../system/system-ids.ts'
import { brokerConfigOf, CommandFailed, type CommonOptions, configOf } from './command-context.ts'
import { openInput } from './input-file.ts'
import { print } from './output.ts'

interface SendOptions extends CommonOptions {
  readonly messageIdFrom?: string
}

export const addSend = (command: Command): Command =>
  command
    .command('send')
    .summary('publish NDJSON lines to the import queue')
    .description(
      'Publishes each line as a message to IMPORT_QUEUE: persistent, confirmed by the broker, with a fresh message_id ' +
        'or one taken from the line. A message_id that was imported before is answered as a duplicate.',
    )
    .argument('[file]', 'NDJSON file, - for standard input', '-')
    .option('--message-id-from <member>', 'take the message_id from this member of the line')
    .action(async (file: string, options: SendOptions) => {
      const config = brokerConfigOf(configOf(options))
      const { stream } = openInput(file)
      const { publishingImports } = await import('./publishing-imports.ts')
      const sent = await publishingImports(config, (publisher) =>
        publisher.send(messages(stream, options.messageIdFrom)),
      )
      await print({ sent, queue: config.IMPORT_QUEUE })
    })

async function* messages(
  input: AsyncIterable<Uint8Array>,
  idMember: string | undefined,
): AsyncGenerator<ImportMessage> {
  for await (const lines of readNdjsonLines(input)) {
    for (const { line, body } of lines) {
      yield { body, messageId: idMember === undefined ? systemIds.fresh() : idOf(body, idMember, line) }
    }
  }
}

const idOf = (body: Uint8Array, member: string, line: number): string => {
  const problem = new CommandFailed(`line ${line}: has no member ${member} that is a string or a number`)
  let value: unknown
  try {
    const content: unknown = JSON.parse(Buffer.from(body).toString())
    if (typeof content === 'object' && content !== null && Object.hasOwn(content, member)) {
      value = Reflect.get(content, member)
    }
  } catch {
    throw problem
  }
  if ((typeof value !== 'string' && typeof value !== 'number') || value === '') throw problem
  const id = String(value)
  if (Buffer.byteLength(id) > 255) throw new CommandFailed(`line ${line}: ${member} is longer than 255 bytes`)
  return id
}
