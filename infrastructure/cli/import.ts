import type { Command } from 'commander'
import * as E from 'fp-ts/lib/Either.js'
import type { Position } from '../../application/ports/position.ts'
import { createNdjsonExchange } from '../ndjson/ndjson-exchange.ts'
import { createProgressBar } from '../ndjson/progress-bar.ts'
import { readNdjsonLines } from '../ndjson/read-ndjson-lines.ts'
import { beginRun, type RunFile, resumeRun } from '../ndjson/run-file.ts'
import { systemClock } from '../system/system-clock.ts'
import { systemIds } from '../system/system-ids.ts'
import { CommandFailed, type CommonOptions, UsageError, writing } from './command-context.ts'
import { importHere } from './import-here.ts'
import { type InputFile, openInput } from './input-file.ts'
import { stopSignal } from './stop-signal.ts'

interface ImportOptions extends CommonOptions {
  readonly resume?: true
}

export const addImport = (command: Command): Command =>
  command
    .command('import')
    .summary('import NDJSON: one message a line in, one reply a line out')
    .description(
      'Feeds the pipeline from NDJSON instead of the queue: one reply line for each line, in input order, on standard ' +
        'output; blank lines are skipped. Each run is new, so the same file imported again is done again. An ' +
        'interrupted run of a file goes on with --resume: no change is repeated, at most one batch of reply lines is.',
    )
    .argument('[file]', 'NDJSON file, - for standard input', '-')
    .option('--resume', 'go on with the unfinished run of this file')
    .action((file: string, options: ImportOptions) => {
      if (options.resume && file === '-')
        throw new UsageError(['standard input cannot be resumed: name a file'])
      const input = openInput(file)
      const stop = stopSignal(() => {})
      return writing(options, async (stores, config) => {
        const progress = createProgressBar(process.stderr, input.size, systemClock)
        let runFile: RunFile | undefined
        try {
          const done = await importHere(
            options,
            stores,
            config,
            async (end) => {
              runFile = await openRunFile(file, input, options, end)
              const exchange = createNdjsonExchange({
                lines: readNdjsonLines(input.stream),
                output: process.stdout,
                run: runFile?.state.run ?? systemIds.fresh(),
                start: runFile?.state ?? { line: 0, position: end },
                maxRepeated: config.BATCH_SIZE,
                redelivered: options.resume === true,
                clock: systemClock,
                onProgress: progress.update,
                ...(runFile === undefined ? {} : { saveProgress: runFile.save }),
              })
              return { exchange, repliesAfter: runFile?.state.position ?? end }
            },
            stop,
          )
          progress.done()
          if (!done) {
            throw new CommandFailed(
              runFile === undefined
                ? 'interrupted'
                : 'interrupted: --resume goes on with this file where it was left',
            )
          }
          await runFile?.remove()
        } finally {
          // An open standard input would keep the process alive.
          input.stream.destroy()
        }
      })
    })

/** The file of the run, which only a plain file has: what else is read cannot be read again. */
const openRunFile = async (
  file: string,
  input: InputFile,
  options: ImportOptions,
  end: Position,
): Promise<RunFile | undefined> => {
  if (input.size === undefined && options.resume !== true) return undefined
  const runFile = options.resume
    ? await resumeRun(options.data, file)
    : await beginRun(options.data, file, systemIds.fresh(), end)
  if (E.isLeft(runFile)) throw new CommandFailed(runFile.left)
  return runFile.right
}
