/**
 * Which files the built pages consist of. The shop's page and the operators' console share what both of
 * them need at once in one file; otherwise every module of it would be a file of its own, and each of them a
 * request of the shop's first page.
 */
import type { Rolldown } from 'vite'

type ModuleInfo = Pick<Rolldown.ModuleInfo, 'importedIds'>
type Ask = (id: string) => ModuleInfo | null

/** `folder`: with a slash at its end, of what is for operators only. It is served from one as well. */
export function chunks(entries: readonly string[], folder: string) {
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
            common ??= neededByAll(entries, (it) => context.getModuleInfo(it))
            return common.has(id) ? 'common' : null
          },
        },
      ],
    },
  } satisfies Rolldown.OutputOptions
}

/** Without what is loaded later. */
function neededByAll(entries: readonly string[], ask: Ask): ReadonlySet<string> {
  const [first = new Set<string>(), ...others] = entries.map((entry) => neededBy(entry, ask))
  return new Set([...first].filter((id) => others.every((needed) => needed.has(id))))
}

function neededBy(entry: string, ask: Ask): Set<string> {
  const found = new Set<string>()
  const queue = [entry]
  for (const id of queue) {
    if (found.has(id)) continue
    found.add(id)
    queue.push(...(ask(id)?.importedIds ?? []))
  }
  return found
}
