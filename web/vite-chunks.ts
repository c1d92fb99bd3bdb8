/**
 * Which files the built pages consist of. What the shop's page needs at once and the operators' console needs
 * as well is one file; otherwise nearly every module of it would be a file of its own, and each of them a
 * request of the shop's first page.
 */
import type { Rolldown } from 'vite'

type ModuleInfo = Pick<Rolldown.ModuleInfo, 'importedIds' | 'dynamicallyImportedIds'>
type Ask = (id: string) => ModuleInfo | null
type Entries = { shop: string; console: string }

/** `folder`: with a slash at its end, of what is for operators only. It is served from one as well. */
export function chunks(entries: Entries, folder: string) {
  const isForOperators = (ids: readonly string[]) => ids.some((id) => id.startsWith(folder))
  const fileName = (ids: readonly string[]) =>
    `assets/${isForOperators(ids) ? 'console/' : ''}[name]-[hash].js`
  let common: ReadonlySet<string> | null = null

  return {
    entryFileNames: ({ moduleIds }) => fileName(moduleIds),
    chunkFileNames: ({ moduleIds }) => fileName(moduleIds),
    codeSplitting: {
      groups: [
        {
          debugName: 'common',
          name: (id, context) => {
            common ??= commonOf(entries, (it) => context.getModuleInfo(it))
            return common.has(id) ? 'common' : null
          },
        },
      ],
    },
  } satisfies Rolldown.OutputOptions
}

function commonOf(entries: Entries, ask: Ask): ReadonlySet<string> {
  const ofConsole = reachedFrom(entries.console, (id) => {
    const { importedIds = [], dynamicallyImportedIds = [] } = ask(id) ?? {}
    return [...importedIds, ...dynamicallyImportedIds]
  })
  const atOnce = reachedFrom(entries.shop, (id) => ask(id)?.importedIds ?? [])
  return new Set([...atOnce].filter((id) => ofConsole.has(id)))
}

function reachedFrom(entry: string, next: (id: string) => readonly string[]): Set<string> {
  const found = new Set<string>()
  const queue = [entry]
  for (const id of queue) {
    if (found.has(id)) continue
    found.add(id)
    queue.push(...next(id))
  }
  return found
}
