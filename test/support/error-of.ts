/** What the action throws, or what it returns if it does not throw. */
export const errorOf = (action: () => unknown): unknown => {
  try {
    return action()
  } catch (error) {
    return error
  }
}
