import type Sqlite from 'better-sqlite3'

/** How one projection's documents are stored in tables, which each generation has of its own. */
export interface GenerationTables<Id, Document> {
  create(connection: Sqlite.Database, generation: number): void
  drop(connection: Sqlite.Database, generation: number): void
  /** Prepares the statements for an existing generation. */
  open(connection: Sqlite.Database, generation: number): OpenGeneration<Id, Document>
}

/** `size`: characters of text. */
export interface OpenGeneration<Id, Document> {
  /** Inserts or replaces documents with distinct ids. */
  write(documents: ReadonlyArray<Document>): void
  load(id: Id): { readonly document: Document; readonly size: number } | undefined
  count(): number
  /** In scan order, those after a document, or the first ones. */
  page(after: Document | undefined, verifyKeys: boolean): ReadonlyArray<Document>
}
