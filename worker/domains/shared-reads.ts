/**
 * A read that many want at a time, each with a question of its own.
 *
 * H1. Questions take turns together (U1): those of a turn are one read. It begins after each of them
 *     was asked, so that nobody gets an answer older than their question.
 */
import { type Runtime, edgeRuntime } from './runtime.ts'
import { type Lifetime, Turns } from './turns.ts'

type Asked<Question, Answer> = { question: Question } & PromiseWithResolvers<Answer>

export class SharedReads<Question, Answer> {
  readonly #turns: Turns<Asked<Question, Answer>, D1Database>

  /** `readAll` gives one answer for each question, in their order. */
  constructor(
    readAll: (db: D1Database, questions: Question[]) => Promise<Answer[]>,
    runtime: Pick<Runtime, 'nowMs'> = edgeRuntime,
  ) {
    const run = async (asked: Asked<Question, Answer>[], db: D1Database): Promise<void> => {
      try {
        const questions = asked.map(({ question }) => question)
        const answers = new Map((await readAll(db, questions)).entries())
        for (const [index, { resolve, reject }] of asked.entries()) {
          const answer = answers.get(index)
          if (answer === undefined) reject(new Error('the read left a question unanswered'))
          else resolve(answer)
        }
      } catch (error) {
        for (const { reject } of asked) reject(error)
      }
    }
    this.#turns = new Turns({ run, runtime, turnsMax: 1 })
  }

  /** Rejects as the read does. */
  async ask(question: Question, db: D1Database, lifetime: Lifetime): Promise<Answer> {
    const asked = { question, ...Promise.withResolvers<Answer>() }
    // Together: a read that fails is heard of, whatever comes first.
    const [answer] = await Promise.all([asked.promise, this.#turns.take(asked, db, lifetime)])
    return answer
  }
}
