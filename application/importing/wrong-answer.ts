/**
 * A store's answer does not fit the question: a defect of its adapter. Accepting it could lose a message or create a
 * profile twice.
 */
export class WrongAnswer extends Error {
  constructor(question: string, problem: string) {
    super(`unexpected answer to ${question}: ${problem}`)
  }
}

/** @throws WrongAnswer */
export const requireAnswers = (question: string, asked: number, answers: number): void => {
  if (answers !== asked) throw new WrongAnswer(question, `asked ${asked}, answered ${answers}`)
}
