/** For an object that is still being put together, where some members may be absent. */
export type Writable<A> = { -readonly [Name in keyof A]: A[Name] }
