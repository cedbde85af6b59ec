import type { Delivery } from '../../../application/ports/import-source.ts'

/** Of a delivery that has all of its body. */
export const bodyOf = ({ body }: Pick<Delivery, 'body'>): Buffer => {
  if (!(body instanceof Uint8Array)) throw new Error('the body was dropped')
  return Buffer.from(body)
}
