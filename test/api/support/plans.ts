/** How SQLite would go about what is asked of it: whether it reads a whole table. */
type Asked = { text: string; values: unknown[] }

/** The same database; what is asked of it goes to `asked` as well. */
function overheard(database: D1Database, asked: Asked[]): D1Database {
  return new Proxy(database, {
    get: (target, name) => {
      if (name !== 'prepare') return Reflect.get(target, name).bind(target)
      return (text: string) => {
        const statement = target.prepare(text)
        return new Proxy(statement, {
          get: (prepared, key) => {
            if (key !== 'bind') return Reflect.get(prepared, key).bind(prepared)
            return (...values: unknown[]) => {
              asked.push({ text, values })
              return prepared.bind(...values)
            }
          },
        })
      }
    },
  })
}

/** How SQLite goes about what `read` asks. */
export async function plansIn(
  database: D1Database,
  read: (database: D1Database) => Promise<unknown>,
): Promise<string[]> {
  const asked: Asked[] = []
  await read(overheard(database, asked))
  const plans = await Promise.all(
    asked.map(({ text, values }) =>
      database
        .prepare(`explain query plan ${text}`)
        .bind(...values)
        .all<{ detail: string }>(),
    ),
  )
  return plans.flatMap(({ results }) => results.map(({ detail }) => detail))
}
