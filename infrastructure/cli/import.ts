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
import { sayWarning } from './output.ts'
import { stopSignal } from './stop-signal.ts'

interface ImportOptions extends CommonOptions {
  readonly resume?: true
}

export const addImport = (command: Command): Command =>
  command
    .command('import')
    .summary('import NDJSON: one message per line in, one reply per line out')
    .description(
      'Runs the pipeline on NDJSON instead of the queue, and prints one reply line per input line, in input ' +
        'order. Skips blank lines. Each run is new: importing the same file again repeats all its imports. Use ' +
        '--resume to continue an interrupted run of a file: no change is repeated, and at most one batch of reply ' +
        'lines is printed again.',
    )
    .argument('[file]', 'NDJSON file, - for standard input', '-')
    .option('--resume', 'continue the unfinished run of this file')
    .action((file: string, options: ImportOptions) => {
      if (options.resume && file === '-')
        throw new UsageError(['standard input cannot be resumed: give a file'])
      const stop = stopSignal(() => {})
      const input = openInput(file)
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
                : 'interrupted: run again with --resume to continue this file',
            )
          }
          await runFile?.remove()
        } finally {
          // An open standard input would keep the process alive.
          input.stream.destroy()
        }
      })
    })

/** The file of the run. Only regular files have one, because other inputs cannot be read again. */
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
  const { replaced } = runFile.right
  if (replaced !== undefined)
    sayWarning(
      `an earlier run of this file ended after line ${replaced.line}, and this run starts over: every line is imported again`,
    )
  return runFile.right
}
