import { seededRandom } from '../../../demo/random.ts'
import { InputChecker } from './check-input.ts'
import { messageText } from './grammar/message-text.ts'
import { mutated } from './mutate.ts'
import { ruleSets } from './rule-sets.ts'

/** Inputs that act on each other's profiles; seed and number alone determine a block. */
export const blockSize = 500

export interface Finding {
  readonly block: number
  readonly input: number
  readonly problem: string
  readonly base64: string
}

export interface BlockResult {
  readonly codes: Readonly<Record<number, number>>
  readonly findings: ReadonlyArray<Finding>
}

export const fuzzBlock = (seed: number, block: number): BlockResult => {
  const random = seededRandom(Math.imul(seed + 1, 0x9e3779b1) ^ block)
  const checker = new InputChecker(
    ruleSets[block % ruleSets.length] ?? (ruleSets[0] as (typeof ruleSets)[number]),
  )
  const shared = Object.getOwnPropertyNames(Object.prototype).length
  const codes: Record<number, number> = {}
  const findings: Array<Finding> = []
  for (let input = 0; input < blockSize; input++) {
    const plain = Buffer.from(messageText(random))
    const intact = random.below(5) > 0
    const bytes = intact ? plain : mutated(plain, random)
    const found = (problem: string) =>
      findings.push({ block, input, problem, base64: bytes.toString('base64') })
    try {
      const { code, problems } = checker.check(bytes, intact)
      codes[code] = (codes[code] ?? 0) + 1
      problems.forEach(found)
    } catch (error) {
      found(`it throws: ${error instanceof Error ? error.stack : String(error)}`)
    }
    if (Object.getOwnPropertyNames(Object.prototype).length !== shared) found('it pollutes Object.prototype')
  }
  return { codes, findings }
}
