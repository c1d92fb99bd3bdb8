/**
 * Sets: commands of a batch that one run of a group's statements carries out.
 *
 * T1. A set's commands follow each other in the batch, are of one group, and each of another order: of
 *     two commands of one order, the second must see what the first did.
 */
import type { Command, Json } from '../../durable-objects/core/messages.ts'
import type { Group } from './barrier.ts'

/** A command, with what carries it out. */
export type Grouped = { readonly command: Command; readonly group: Group }

export type CommandSet<Item> = { readonly group: Group; readonly items: Item[] }

/** The items in their order, cut into sets as long as can be (T1). */
export function setsOf<Item extends Grouped>(items: readonly Item[]): CommandSet<Item>[] {
  const sets: CommandSet<Item>[] = []
  const keys = new Set<string>()
  for (const item of items) {
    const { group } = item
    const last = sets.at(-1)
    const own = keysOf(item)
    if (last?.group === group && own.every((key) => !keys.has(key))) last.items.push(item)
    else {
      sets.push({ group, items: [item] })
      keys.clear()
    }
    for (const key of own) keys.add(key)
  }
  return sets
}

/** Each item in a set of its own. */
export const eachAlone = <Item extends Grouped>(items: readonly Item[]): CommandSet<Item>[] =>
  items.map((item) => ({ group: item.group, items: [item] }))

/** No two of a set share one. */
function keysOf({ command: { orderId, input }, group: { apart } }: Grouped): string[] {
  return apart === undefined
    ? [orderId]
    : [orderId, `${apart} ${JSON.stringify(fieldOf(input, apart))}`]
}

const fieldOf = (input: Json, name: string): Json | undefined =>
  typeof input === 'object' && input !== null && !Array.isArray(input) ? input[name] : undefined
