import type { StatusObject } from '@grpc/grpc-js'

/** What goes wrong with an append to a stream whose name begins like this; by default to any stream. */
export type AppendFault = AppendFailure & { readonly stream?: string }

type AppendFailure =
  /** The connections break before or after it is applied. */
  | { readonly tag: 'Cut'; readonly applied: boolean }
  /** It is applied, but never answered. */
  | { readonly tag: 'Unanswered' }
  /** It is applied, and the client cannot read the answer. */
  | { readonly tag: 'AnsweredUnreadably' }
  /** It is applied, and answered when the promise resolves. */
  | { readonly tag: 'AnsweredLate'; readonly until: Promise<void> }
  /** It is not answered, and is applied when the promise resolves. */
  | { readonly tag: 'AppliedLate'; readonly until: Promise<void> }
  | { readonly tag: 'Refused'; readonly refusal: StatusObject }

/** What goes wrong with a subscription, after it has delivered some events. */
export interface SubscriptionFault {
  readonly events: number
  readonly refusal: StatusObject | 'ended' | 'last event again' | 'silence'
}

/** A read is never answered, or one of this stream is refused. */
export type ReadFault = 'silence' | { readonly stream: string; readonly refusal: StatusObject }

type ProjectionCall = 'create' | 'update' | 'enable'

/** Each affects one call, in this order. */
export class Faults {
  readonly appends: Array<AppendFault> = []
  readonly subscriptions: Array<SubscriptionFault> = []
  readonly reads: Array<ReadFault> = []
  /** For requests for the list of projections. */
  readonly projections: Array<'silence' | StatusObject> = []

  /** A projection is not changed by the next such call. */
  readonly projectionChanges: Array<{ readonly call: ProjectionCall; readonly refusal: StatusObject }> = []

  /** Takes the first fault if it is one of such a call. */
  takeProjectionFault(call: ProjectionCall): StatusObject | undefined {
    return this.projectionChanges[0]?.call === call ? this.projectionChanges.shift()?.refusal : undefined
  }

  /** Takes the first fault for a read of the stream; of $all if it is undefined. */
  takeReadFault(stream: string | undefined): ReadFault | undefined {
    const index = this.reads.findIndex((fault) => fault === 'silence' || fault.stream === stream)
    return index < 0 ? undefined : this.reads.splice(index, 1)[0]
  }

  /** Takes the first fault for an append to the stream. */
  takeAppendFault(stream: string): AppendFault | undefined {
    const index = this.appends.findIndex((fault) => stream.startsWith(fault.stream ?? ''))
    return index < 0 ? undefined : this.appends.splice(index, 1)[0]
  }
}
