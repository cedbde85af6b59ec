/**
 * Neither a defect nor anything that waiting could mend: somebody has to act. The text says what is wrong and what to do; a
 * service ends with it.
 */
export class CannotGoOn extends Error {}
