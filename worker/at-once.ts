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
