/** For building an object step by step, when some members may be absent. */
export type Writable<A> = { -readonly [Name in keyof A]: A[Name] }
