/** What is not a metric in the expressions of this project. */
const functions =
  /\b(absent|and|by|delta|histogram_quantile|increase|label_values|max|min|on|or|predict_linear|rate|sum|unless)\b/g

/** The metrics that a PromQL expression names. Any word that is left is one, so a mistyped name is found too. */
export const metricNamesIn = (expression: string): ReadonlyArray<string> => {
  const bare = expression
    .replaceAll(/\{[^}]*\}|\[[^\]]*\]/g, ' ')
    .replaceAll(/\bby \([^)]*\)/g, ' ')
    // Of `label_values`, the second argument is a label.
    .replaceAll(/, \w+\)$/g, ' ')
    .replaceAll(functions, ' ')
  return bare.match(/\b[a-z_]\w*/gi) ?? []
}
