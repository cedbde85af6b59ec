/** Milliseconds. */
const keptFor = 250

/** What many may ask for: those who ask while it is being made, or shortly after, get the same. */
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
