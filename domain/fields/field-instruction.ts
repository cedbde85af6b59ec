import type { Json } from '../json.ts'
import type { ValueType } from './field-rule.ts'

interface ToField {
  readonly field: string
  /** Undefined for a field without a declared type: then the held value determines what fits. */
  readonly type: ValueType | undefined
}

/** The request for one field, checked against the field's type, with normalised values. */
export type FieldInstruction =
  | (ToField & { readonly action: 'set'; readonly value: Json })
  | (ToField & { readonly action: 'unset' })
  | (ToField & { readonly action: 'incr'; readonly by: number })
  | (ToField & { readonly action: 'add' | 'delete'; readonly items: ReadonlyArray<Json> })
  | (ToField & { readonly action: 'upsert'; readonly submatch: ReadonlyArray<string>; readonly value: Json })
