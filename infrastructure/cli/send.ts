import type { Command } from 'commander'
import * as E from 'fp-ts/lib/Either.js'
import { readNdjsonLines } from '../ndjson/read-ndjson-lines.ts'
import type { ImportMessage } from '../rabbitmq/import-publisher.ts'
import { systemIds } from '../system/system-ids.ts'
import { brokerConfigOf, CommandFailed, type CommonOptions, configOf } from './command-context.ts'
import { openInput } from './input-file.ts'
import { messageIdIn } from './message-id.ts'
import { print } from './output.ts'

interface SendOptions extends CommonOptions {
  readonly messageIdFrom?: string
}

export const addSend = (command: Command): Command =>
  command
    .command('send')
    .summary('publish NDJSON lines to the import queue')
    .description(
      'Publishes each line as a persistent message to IMPORT_QUEUE, confirmed by the broker, with a new ' +
        'message_id or one from the line. A message_id that was imported before is answered as a duplicate. A ' +
        'line without the required id ends the command after the lines before it were sent.',
    )
    .argument('[file]', 'NDJSON file, - for standard input', '-')
    .option(
      '--message-id-from <member>',
      'take the message_id from this member of the line: text of 1 to 255 bytes, or a whole number within ' +
        '±9007199254740991. Numbers beyond that, or with a fraction or an exponent, must be text, because different ' +
        'ones could become the same id',
    )
    .action(async (file: string, options: SendOptions) => {
      const config = brokerConfigOf(configOf(options))
      const { stream } = openInput(file)
      const { publishImports } = await import('./publish-imports.ts')
      try {
        const sent = await publishImports(config, messages(stream, options.messageIdFrom))
        await print({ sent, queue: config.IMPORT_QUEUE })
      } finally {
        // An open standard input would keep the process alive.
        stream.destroy()
      }
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
  const id = messageIdIn(body, member)
  if (E.isLeft(id)) throw new CommandFailed(`line ${line}: ${id.left}`)
  return id.right
}
