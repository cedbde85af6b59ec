/** What the action throws; what it returns when it does not. */
export const errorOf = (action: () => unknown): unknown => {
  try {
    return action()
  } catch (error) {
    return error
  }
}
