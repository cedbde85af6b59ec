/** The limits of a message and of the resulting profile: scope, unit and default. */
const limits = {
  /** Bytes of the message body. */
  message_bytes: { of: 'message', counts: 'bytes', default: 131_072 },
  /** Levels of nesting; the message itself is level 1. */
  depth: { of: 'message', counts: 'levels of nesting', default: 32 },
  /** Fields in `data`, and in a profile. */
  fields: { of: 'message', counts: 'fields', default: 1000 },
  subscriptions: { of: 'message', counts: 'subscriptions', default: 200 },
  /** Elements of a single list. */
  list_elements: { of: 'message', counts: 'elements in a list', default: 10_000 },
  /**
   * Elements of a list of contacts (`phones`), in a message and in a profile. Contacts are more expensive to read than
   * other elements.
   */
  contacts: { of: 'message', counts: 'contacts in a list', default: 1000 },
  /** Bytes of a profile, as `memberBytes` counts them. */
  profile_bytes: { of: 'profile', counts: 'bytes', default: 1_048_576 },
}

export type Limits = { readonly [Name in keyof typeof limits]: number }

/** Limits without a setting of their own. */
const others = {
  profile_fields: { of: 'profile', counts: 'fields' },
  profile_subscriptions: { of: 'profile', counts: 'subscriptions' },
  profile_list_elements: { of: 'profile', counts: 'elements in a list' },
  profile_contacts: { of: 'profile', counts: 'contacts in a list' },
  match_tags: { of: 'message', counts: 'tags to match by' },
  event_bytes: { of: 'event', counts: 'bytes' },
}

export type LimitName = keyof Limits | keyof typeof others

/** Message limits that also apply to the resulting profile. */
export type ProfileLimit = 'fields' | 'subscriptions' | 'list_elements' | 'contacts'

const named: ReadonlyMap<string, { readonly of: string; readonly counts: string }> = new Map(
  Object.entries({ ...limits, ...others }),
)

/** An unknown name is that of a limit of another version. */
export const limitText = (limit: string, maximum: number): string => {
  const { of, counts } = named.get(limit) ?? { of: 'message', counts: limit }
  return `${of}: exceeds the limit of ${maximum} ${counts}`
}

/** The value of each limit. */
export const limitsFrom = (maximumOf: (name: keyof Limits) => number): Limits => {
  const names = Object.keys(limits) as ReadonlyArray<keyof Limits>
  return Object.fromEntries(names.map((name) => [name, maximumOf(name)] as const)) as Limits
}

export const defaultLimits = limitsFrom((name) => limits[name].default)
