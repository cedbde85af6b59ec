import { beginning, type Position } from '../../../../application/ports/position.ts'

/** One generation of a read model, as its server holds it. */
export interface SimGeneration<Document> {
  readonly id: number
  readonly version: string
  checkpoint: Position
  readonly documents: Map<string, Document>
  readonly revisions: Map<string, number>
}

export const emptyGeneration = <Document>(id: number, version: string): SimGeneration<Document> => ({
  id,
  version,
  checkpoint: beginning,
  documents: new Map(),
  revisions: new Map(),
})
