import type { Json } from '../json.ts'
import type { ValueType } from './field-rule.ts'

interface ToField {
  readonly field: string
  /** Undefined in a field without a declared type: then the value held decides what fits. */
  readonly type: ValueType | undefined
}

/** What a message asks of one field: checked against the field's type, values in normal form. */
export type FieldInstruction =
  | (ToField & { readonly action: 'set'; readonly value: Json })
  | (ToField & { readonly action: 'unset' })
  | (ToField & { readonly action: 'incr'; readonly by: number })
  | (ToField & { readonly action: 'add' | 'delete'; readonly items: ReadonlyArray<Json> })
  | (ToField & { readonly action: 'upsert'; readonly submatch: ReadonlyArray<string>; readonly value: Json })
