import type { Random } from '../../../../demo/random.ts'

/** Writes a text that the rule allows. */
export type Rule = (random: Random) => string

export const oneOf =
  (...rules: ReadonlyArray<Rule | string>): Rule =>
  (random) => {
    const rule = random.pick(rules)
    return typeof rule === 'string' ? rule : rule(random)
  }

/** Nearly always the first rule, otherwise the second. */
export const mostly = (usual: Rule, rare: Rule | string): Rule => {
  const other = oneOf(rare)
  return (random) => (random.below(30) === 0 ? other : usual)(random)
}

export const many =
  (rule: Rule, limit: number): Rule =>
  (random) =>
    Array.from({ length: random.below(limit) }, () => rule(random)).join(random.pick([',', ' ,\n']))

export const list = (rule: Rule, limit = 4): Rule => {
  const elements = many(rule, limit)
  return (random) => `[${elements(random)}]`
}

export const member = (name: Rule, value: Rule): Rule => {
  const colon = oneOf(':', ' : ')
  return (random) => `${name(random)}${colon(random)}${value(random)}`
}

export const object = (name: Rule, value: Rule, limit = 4): Rule => {
  const members = many(member(name, value), limit)
  return (random) => `{${members(random)}}`
}
