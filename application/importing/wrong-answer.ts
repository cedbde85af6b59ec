/**
 * A store's answer does not fit the question: a defect of its adapter. Taken as it comes, a message could be lost or a
 * profile made twice.
 */
export class WrongAnswer extends Error {
  constructor(question: string, problem: string) {
    super(`the answer to ${question} does not fit: ${problem}`)
  }
}

/** @throws WrongAnswer */
export const requireAnswers = (question: string, asked: number, answers: number): void => {
  if (answers !== asked) throw new WrongAnswer(question, `asked ${asked}, answered ${answers}`)
}
