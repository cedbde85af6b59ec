import { fuzzBlock } from './fuzz-block.ts'

// A process of the fuzzer: every `step`th block from `first` to below `blocks`.
const [seed = 0, first = 0, blocks = 0, step = 1] = process.argv.slice(2).map(Number)
for (let block = first; block < blocks; block += step) process.send?.(fuzzBlock(seed, block))
