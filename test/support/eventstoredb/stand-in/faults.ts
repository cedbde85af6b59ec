import type { StatusObject } from '@grpc/grpc-js'

/** What goes wrong with an append to a stream whose name begins so; without one, to any stream. */
export type AppendFault = AppendFailure & { readonly stream?: string }

type AppendFailure =
  /** The connections break before it is applied, or after. */
  | { readonly tag: 'Cut'; readonly applied: boolean }
  /** It is applied, and never answered. */
  | { readonly tag: 'Unanswered' }
  /** It is applied, and answered when the promise resolves. */
  | { readonly tag: 'AnsweredLate'; readonly until: Promise<void> }
  /** Nothing is heard of it, and it is applied when the promise resolves. */
  | { readonly tag: 'AppliedLate'; readonly until: Promise<void> }
  | { readonly tag: 'Refused'; readonly refusal: StatusObject }

/** What is to go wrong with a subscription, after it has given some events. */
export interface SubscriptionFault {
  readonly events: number
  readonly refusal: StatusObject | 'ended' | 'last event again' | 'silence'
}

/** Each is for one call, in the order they were asked for. */
export class Faults {
  readonly appends: Array<AppendFault> = []
  readonly subscriptions: Array<SubscriptionFault> = []
  /** Of reads, which then are never answered. */
  readonly reads: Array<'silence'> = []
  /** Of questions which projections there are. */
  readonly projections: Array<'silence' | StatusObject> = []

  /** Takes the first fault that is for an append to the stream. */
  takeAppendFault(stream: string): AppendFault | undefined {
    const index = this.appends.findIndex((fault) => stream.startsWith(fault.stream ?? ''))
    return index < 0 ? undefined : this.appends.splice(index, 1)[0]
  }
}
