/** Milliseconds. */
const keptFor = 250

/** A value that many may request: requests during its computation, or shortly after, share the result. */
export const shared = <A>(make: () => Promise<A>): (() => Promise<A>) => {
  let latest: Promise<A> | undefined
  const forget = () => {
    latest = undefined
  }
  return () => {
    latest ??= make().finally(() => setTimeout(forget, keptFor).unref())
    return latest
  }
}
