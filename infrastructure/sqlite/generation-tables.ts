import type Sqlite from 'better-sqlite3'

/** How one projection's documents lie in tables that each generation has of its own. */
export interface GenerationTables<Id, Document> {
  create(connection: Sqlite.Database, generation: number): void
  drop(connection: Sqlite.Database, generation: number): void
  /** Prepares the statements for a generation that exists. */
  open(connection: Sqlite.Database, generation: number): OpenGeneration<Id, Document>
}

export interface OpenGeneration<Id, Document> {
  /** Inserts or replaces; no two of the same id. */
  write(documents: ReadonlyArray<Document>): void
  load(id: Id): Document | undefined
  count(): number
  /** In the order of the scan, those after a document, or the first ones. */
  page(after: Document | undefined): ReadonlyArray<Document>
}
