/**
 * Removes the user and password from every URL in a text, and the secrets among its options, even inside a JSON string.
 * Linear in the length of the text: each scan ends at the next slash, or at the end of the option.
 */
export const redactUrl = (text: string): string =>
  text.replace(/:\/\/(?:[^\s/"\\]|\\.)*@/g, '://***@').replace(secretOption, '$1***')

const secretOption = /([?&](?:\w*(?:password|secret|token)|authMechanismProperties)=)[^\s&#"\\]+/gi
