import type { LogEpoch } from '../../../../application/ports/log-identity.ts'
import { beginning, type Position } from '../../../../application/ports/position.ts'

/** One generation of a read model, as its server holds it. */
export interface SimGeneration<Document> {
  readonly id: number
  readonly version: string
  checkpoint: Position
  log: LogEpoch | undefined
  readonly documents: Map<string, Document>
  readonly revisions: Map<string, number>
}

export const emptyGeneration = <Document>(
  id: number,
  version: string,
  log: LogEpoch | undefined,
): SimGeneration<Document> => ({
  id,
  version,
  log,
  checkpoint: beginning,
  documents: new Map(),
  revisions: new Map(),
})
