/** A small table, most frequent first. */
export const countTable = (title: string, values: Iterable<string>): Array<string> => {
  const counts = new Map<string, number>()
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1)
  const rows = [...counts].sort(([, a], [, b]) => b - a)
  return [title, ...rows.map(([value, count]) => `${String(count).padStart(8)}  ${value}`)]
}
