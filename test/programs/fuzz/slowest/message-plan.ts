import type { Random } from '../../../../demo/random.ts'
import { matchingModeCodec } from '../../../../domain/matching/mode.ts'
import { type ElementName, elementNames } from './elements.ts'

const containers = [
  ...(['set', 'add', 'delete', 'members', 'upsert', 'fields', 'calls', 'increments', 'same'] as const),
  'subscriptions',
] as const
const modes = Object.keys(matchingModeCodec.keys)
const fieldNames = ['o1', 'o2', 'phones', 'segments', 'orders', 'email', 'n'.repeat(150)] as const
const counts = [1, 30, 200, 1000, 10_000] as const

/** A part of `data`: many elements in a container, as many as fit into its share of the message. */
interface Part {
  readonly container: (typeof containers)[number]
  readonly field: (typeof fieldNames)[number]
  readonly element: ElementName
  readonly share: number
  readonly most: number
  /** The number of the first element. */
  readonly from: number
  readonly backwards: boolean
  /** Names on the path of an upsert. */
  readonly path: number
}

/** The plan of a message: written from a few words, and as large as MAX_MESSAGE_BYTES allows. */
export interface MessagePlan {
  readonly matching: string
  /** The values to match by: as many as fit into their share of the message. */
  readonly value: { readonly element: ElementName; readonly share: number }
  readonly parts: ReadonlyArray<Part>
  /** This many messages in a row, each with other numbers. */
  readonly copies: number
}

/** Messages for one database, one after another. */
export interface History {
  readonly declared: boolean
  readonly plans: ReadonlyArray<MessagePlan>
}

const arbitraryPart = (random: Random): Part => ({
  container: random.pick(containers),
  field: random.pick(fieldNames),
  element: random.pick(elementNames),
  share: 1 + random.below(9),
  most: random.pick(counts),
  from: random.pick([0, 0, 0, 5, 5000]),
  backwards: random.below(4) === 0,
  path: random.pick([1, 1, 2, 26]),
})

const arbitraryPlan = (random: Random): MessagePlan => ({
  matching: random.below(3) > 0 ? 'email' : random.pick(modes),
  value: { element: random.pick(elementNames), share: random.pick([0, 0, 0, 1, 10]) },
  parts: Array.from({ length: random.pick([1, 1, 1, 2]) }, () => arbitraryPart(random)),
  copies: random.pick([1, 1, 1, 1, 1, 1, 2, 8]),
})

export const arbitraryHistory = (random: Random): History => ({
  declared: random.below(2) === 0,
  plans: [arbitraryPlan(random)],
})

/** Messages that contain only one kind of value, in one container: every combination. */
export const plainHistories: ReadonlyArray<History> = containers.flatMap((container) =>
  elementNames.map((element) => ({
    declared: false,
    plans: [
      {
        matching: 'email',
        value: { element: 'tag', share: 0 },
        parts: [
          {
            ...{ container, element, share: 1, from: 0, backwards: false, path: 1 },
            field: element.endsWith('Phone') ? 'phones' : 'o1',
            most: element.endsWith('Phone') ? 1000 : 10_000,
          },
        ],
        copies: 1,
      },
    ],
  })),
)

const changedAt = <A>(list: ReadonlyArray<A>, random: Random, change: (element: A) => A): Array<A> => {
  const at = random.below(list.length)
  return list.map((element, i) => (i === at ? change(element) : element))
}

const withoutOne = <A>(list: ReadonlyArray<A>, random: Random): ReadonlyArray<A> => {
  const at = random.below(list.length)
  return list.length > 1 ? list.filter((_, i) => i !== at) : list
}

/** One member replaced by that of another plan. */
const crossed = <A extends object>(one: A, other: A, random: Random): A => {
  const name = random.pick(Object.keys(one) as Array<keyof A & string>)
  return { ...one, [name]: other[name] }
}

const changedPlan = (plan: MessagePlan, random: Random): MessagePlan => {
  switch (random.pick(['part', 'part', 'more', 'less', 'rest'])) {
    case 'part':
      return {
        ...plan,
        parts: changedAt(plan.parts, random, (part) => crossed(part, arbitraryPart(random), random)),
      }
    case 'more':
      return { ...plan, parts: [...plan.parts, arbitraryPart(random)] }
    case 'less':
      return { ...plan, parts: withoutOne(plan.parts, random) }
    case 'rest':
      return crossed(plan, arbitraryPlan(random), random)
  }
}

/** The history with a few changes, or followed by some messages of another one. */
export const changedHistory = (history: History, other: History, random: Random): History => {
  const { plans } = history
  switch (random.pick(['plan', 'plan', 'plan', 'more', 'other', 'less', 'declared'])) {
    case 'plan':
      return { ...history, plans: changedAt(plans, random, (plan) => changedPlan(plan, random)) }
    case 'more':
      return { ...history, plans: [...plans, arbitraryPlan(random)].slice(-3) }
    case 'other':
      return { ...history, plans: [...plans, ...other.plans].slice(-3) }
    case 'less':
      return { ...history, plans: withoutOne(plans, random) }
    case 'declared':
      return { ...history, declared: !history.declared }
  }
}
