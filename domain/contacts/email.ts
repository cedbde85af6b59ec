import validator from 'validator'

// RFC 5321 4.5.3.1.3: a path of 256 octets less its angle brackets. Also bounds the work on hostile input.
const maxLength = 254

/** The normal form of an email address: trimmed, lower case. Undefined when it is not a plausible address. */
export const normalEmail = (text: string): string | undefined => {
  const email = text.trim().toLowerCase()
  return email.length <= maxLength && validator.isEmail(email) ? email : undefined
}
