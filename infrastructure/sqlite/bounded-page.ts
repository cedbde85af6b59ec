/** Characters of JSON text. */
export const maxPageSize = 8 * 1024 * 1024

/** As many rows as fit in a page, and at least one. */
export const boundedPage = <Row, Item>(
  rows: Iterable<Row>,
  sizeOf: (row: Row) => number,
  toItem: (row: Row) => Item,
): Array<Item> => {
  const page: Array<Item> = []
  let size = 0
  for (const row of rows) {
    size += sizeOf(row)
    if (size > maxPageSize && page.length > 0) break
    page.push(toItem(row))
  }
  return page
}
