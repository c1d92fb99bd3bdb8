/**
 * Runs the commands of a queue batch as one atomic D1 batch, and one at a time when that fails.
 *
 * A1. One command that fails costs the others nothing: they are run again without it.
 * A2. Each run has nonces of its own (B3): a batch whose answer was lost may have been committed.
 * A3. Several failures in a row are the database's, not the commands': the rest is put back without
 *     being tried, so that a database in trouble is not asked a hundred times over.
 * A4. The commands of a set may ask for more together than there is, when none of them does alone.
 *     Then a check of the tables refuses the batch, and it is run again with each in a set of its own.
 */
import * as z from 'zod'
import { type CommandSet, type Grouped, eachAlone, setsOf } from './sets.ts'
import { type Given, bind } from './statement.ts'

const FAILURES_IN_A_ROW_MAX = 5

export type AtomicRun<Item> = {
  /** What the statements take from an item's command; the nonce is new each time (B3). */
  givenBy(item: Item): Given
  /** With the row of its outcome, as soon as that is committed. */
  onDone(item: Item, row: unknown): Promise<void>
  onFailed(item: Item, error: unknown): void
}

export async function runInOneBatch<Item extends Grouped>(
  db: D1Database,
  items: readonly Item[],
  run: AtomicRun<Item>,
): Promise<void> {
  if (items.length > 0) await runSets(db, setsOf(items), run)
}

async function runSets<Item extends Grouped>(
  db: D1Database,
  sets: CommandSet<Item>[],
  run: AtomicRun<Item>,
): Promise<void> {
  let outcomes: Outcome<Item>[]
  try {
    outcomes = await commit(db, sets, run)
  } catch (error) {
    const items = sets.flatMap((set) => set.items)
    const [only, ...others] = items
    if (only === undefined) return
    if (others.length === 0) run.onFailed(only, error)
    // A4.
    else if (sets.length < items.length) await runSets(db, eachAlone(items), run)
    else await runOneByOne(db, items, run)
    return
  }
  await Promise.all(outcomes.map((outcome) => finish(outcome, run)))
}

/** In order, because a batch may hold an action and its compensation. */
async function runOneByOne<Item extends Grouped>(
  db: D1Database,
  items: readonly Item[],
  run: AtomicRun<Item>,
): Promise<void> {
  const answers: Promise<void>[] = []
  let failuresInARow = 0
  for (const item of items) {
    if (failuresInARow === FAILURES_IN_A_ROW_MAX) {
      run.onFailed(item, new Error('not tried: the database fails'))
      continue
    }
    try {
      const outcomes = await commit(db, eachAlone([item]), run)
      failuresInARow = 0
      answers.push(...outcomes.map((outcome) => finish(outcome, run)))
    } catch (error) {
      failuresInARow += 1
      run.onFailed(item, error)
    }
  }
  await Promise.all(answers)
}

type Outcome<Item> = { item: Item; row: unknown }

/** All of the sets, or nothing. */
async function commit<Item extends Grouped>(
  db: D1Database,
  sets: readonly CommandSet<Item>[],
  run: AtomicRun<Item>,
): Promise<Outcome<Item>[]> {
  const bound = sets.map(({ group, items }) => {
    const given = items.map((item) => run.givenBy(item))
    return bind(db, group.statements, given)
  })
  const results = await db.batch(bound.flat())
  let first = 0
  return sets.flatMap(({ group, items }) => {
    const rows = placedSchema.parse(results[first + group.outcomeIndex]?.results)
    first += group.statements.length
    const byPosition = new Map(rows.map((row) => [row.position, row]))
    return items.map((item, position) => ({ item, row: byPosition.get(position) }))
  })
}

/** Looks, and copies nothing: what else is in a row is read by who asked for it. */
const placedSchema = z.array(
  z.custom<{ position: number }>(
    (row) =>
      typeof row === 'object' &&
      row !== null &&
      'position' in row &&
      Number.isInteger(row.position),
  ),
)

async function finish<Item>({ item, row }: Outcome<Item>, run: AtomicRun<Item>): Promise<void> {
  try {
    await run.onDone(item, row)
  } catch (error) {
    run.onFailed(item, error)
  }
}
