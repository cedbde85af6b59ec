import type { Delivery } from '../../../application/ports/import-source.ts'

/** The body of a delivery, which must be whole. */
export const bodyOf = ({ body }: Pick<Delivery, 'body'>): Buffer => {
  if (!(body instanceof Uint8Array)) throw new Error('the body was dropped')
  return Buffer.from(body)
}
