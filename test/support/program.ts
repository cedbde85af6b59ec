import { Command, InvalidArgumentError } from 'commander'

/**
 * The command line of a program that npm runs. `--help` prints its usage; a mistake in the options ends it with one line
 * and status 2.
 */
export const program = (script: string, description: string): Command =>
  new Command(`npm run ${script} --`)
    .description(description)
    .showSuggestionAfterError(false)
    .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2))

/** The value of an option. */
export const wholeNumberFrom =
  (least: number) =>
  (text: string): number => {
    const number = Number(text)
    if (!/^\d+$/.test(text) || !Number.isSafeInteger(number) || number < least)
      throw new InvalidArgumentError(`Must be a whole number from ${least}.`)
    return number
  }

/** As `wholeNumberFrom`, with fractions. */
export const numberWithin =
  (least: number, most: number) =>
  (text: string): number => {
    const number = Number(text)
    if (text === '' || !(number >= least && number <= most))
      throw new InvalidArgumentError(`Must be a number from ${least} to ${most}.`)
    return number
  }
