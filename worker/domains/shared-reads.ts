/**
 * A read that many want at a time, each with a question of its own.
 *
 * G3. Questions take turns together (U1): those of a turn are one read. It begins after each of them
 *     was asked, so that nobody gets an answer older than their question.
 */
import { type Runtime, edgeRuntime } from './runtime.ts'
import { type Lifetime, Turns } from './turns.ts'

export class SharedReads<Question, Answer> {
  readonly #turns: Turns<Question, Answer, D1Database>

  /** `readAll` gives one answer for each question, in their order. */
  constructor(
    readAll: (db: D1Database, questions: Question[]) => Promise<Answer[]>,
    runtime: Pick<Runtime, 'nowMs' | 'after'> = edgeRuntime,
  ) {
    this.#turns = new Turns({
      run: async (asked, db) => {
        const questions = asked.map(({ item }) => item)
        const answers = new Map((await readAll(db, questions)).entries())
        for (const [index, place] of asked.entries()) {
          const answer = answers.get(index)
          if (answer !== undefined) place.answer(answer)
        }
      },
      runtime,
      turnsMax: 1,
    })
  }

  /** Rejects as the read does. */
  ask(question: Question, db: D1Database, lifetime: Lifetime): Promise<Answer> {
    return this.#turns.take(question, db, lifetime)
  }
}
