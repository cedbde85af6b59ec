import { Option } from 'commander'
import { program, wholeNumberFrom } from '../../support/program.ts'
import { fuzzInputs } from './fuzz-inputs.ts'
import { findSlowest, timeAgain } from './slowest/slowest.ts'

interface FuzzOptions {
  readonly inputs: number
  readonly seed: number
  readonly block?: number
  readonly slowest?: true
  readonly minutes: number
  readonly again?: string
}

const { inputs, seed, block, slowest, minutes, again } = program(
  'fuzz',
  'Looks for a message that makes the program fail, among messages that a grammar generates and mutations of them.',
)
  .option('--inputs <n>', 'how many messages', wholeNumberFrom(0), 100_000)
  .addOption(
    new Option('--seed <n>', 'determines the messages')
      .argParser(wholeNumberFrom(0))
      .default(Math.floor(Math.random() * 1_000_000), 'random'),
  )
  .option('--block <n>', 'repeat only this block of the messages', wholeNumberFrom(0))
  .option('--slowest', 'look for the slowest message instead')
  .option('--minutes <n>', 'with --slowest: for how long', wholeNumberFrom(0), 15)
  .option('--again <file>', 'time the messages of a file, such as one that --slowest has written')
  .parse()
  .opts<FuzzOptions>()
if (again !== undefined) await timeAgain(again)
else if (slowest) await findSlowest(seed, minutes)
else await fuzzInputs(seed, inputs, block)
