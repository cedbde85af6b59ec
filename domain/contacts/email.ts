import validator from 'validator'

// RFC 5321 4.5.3.1.3: a path of 256 octets less its angle brackets. Also bounds the work on hostile input.
const maxLength = 254

// Its lower case is the letter k: another mailbox would have the key of one in ASCII. No other character is like this.
const kelvinSign = '\u212a'

/** The normal form of an email address: trimmed, lower case. Undefined when it is not a plausible address. */
export const normalEmail = (text: string): string | undefined => {
  const email = text.trim().toLowerCase()
  // Of text that is not well-formed validator knows no length: it throws.
  return email.length <= maxLength &&
    !text.includes(kelvinSign) &&
    email.isWellFormed() &&
    validator.isEmail(email)
    ? email
    : undefined
}
