/** Visits every item, `atOnce` of them at a time. Rejects with the first visit that does. */
export async function forEachAtOnce<Item>(
  items: Item[],
  atOnce: number,
  visit: (item: Item) => Promise<void>,
): Promise<void> {
  const queue = items.values()
  const worker = async () => {
    for (const item of queue) await visit(item)
  }
  await Promise.all(Array.from({ length: atOnce }, worker))
}

/**
 * The same where a visit may fail: it is told of, and costs the others nothing. Resolves to how many failed.
 */
export async function tryEachAtOnce<Item>(
  items: Item[],
  atOnce: number,
  visit: (item: Item) => Promise<void>,
  failed: (item: Item, error: unknown) => void,
): Promise<number> {
  let count = 0
  await forEachAtOnce(items, atOnce, async (item) => {
    try {
      await visit(item)
    } catch (error) {
      failed(item, error)
      count += 1
    }
  })
  return count
}
