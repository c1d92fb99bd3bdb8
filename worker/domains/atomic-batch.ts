/**
 * Runs the commands of a queue batch as one atomic D1 batch, and one at a time when that fails.
 *
 * A1. One command that fails costs the others nothing: they are run again without it.
 * A2. Statements are made anew for each run (B3): a batch whose answer was lost may have been
 *     committed, and its nonces are used up.
 * A3. Several failures in a row are the database's, not the commands': the rest is put back without
 *     being tried, so that a database in trouble is not asked a hundred times over.
 */
const FAILURES_IN_A_ROW_MAX = 5

export type AtomicRun<Item> = {
  statementsOf(item: Item): D1PreparedStatement[]
  /** With the results of the item's own statements, as soon as they are committed. */
  onDone(item: Item, results: D1Result[]): Promise<void>
  onFailed(item: Item, error: unknown): void
}

export async function runInOneBatch<Item>(
  db: D1Database,
  items: readonly Item[],
  run: AtomicRun<Item>,
): Promise<void> {
  const groups = items.map((item) => ({ item, statements: run.statementsOf(item) }))
  let results: D1Result[]
  try {
    results = await db.batch(groups.flatMap(({ statements }) => statements))
  } catch (error) {
    const [only, ...others] = items
    if (only === undefined) return
    if (others.length === 0) run.onFailed(only, error)
    else await runOneByOne(db, items, run)
    return
  }
  let first = 0
  await Promise.all(
    groups.map(({ item, statements }) => {
      const own = results.slice(first, first + statements.length)
      first += statements.length
      return finish(item, own, run)
    }),
  )
}

/** In order, because a batch may hold an action and its compensation. */
async function runOneByOne<Item>(
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
      const results = await db.batch(run.statementsOf(item))
      failuresInARow = 0
      answers.push(finish(item, results, run))
    } catch (error) {
      failuresInARow += 1
      run.onFailed(item, error)
    }
  }
  await Promise.all(answers)
}

async function finish<Item>(item: Item, results: D1Result[], run: AtomicRun<Item>): Promise<void> {
  try {
    await run.onDone(item, results)
  } catch (error) {
    run.onFailed(item, error)
  }
}
