declare module 'tzdata/tzdata.js' {
  const data: { readonly zones: Readonly<Record<string, unknown>> }
  export default data
}
