import { beforeEach, describe, expect, it, vi } from 'vitest'
import { tellIfFilling } from '../../worker/domains/filling.ts'
import { pokeSilent } from '../../worker/sweep.ts'
import { useDatabases } from './support/databases.ts'
import { bindings } from './support/doubles.ts'

const databases = useDatabases()
const logged = vi.spyOn(console, 'error').mockImplementation(() => {})
beforeEach(() => void logged.mockClear())

/** Any object whose functions give such objects, in the end one that says how large its database is. */
function grown<Part extends object>(part: Part, bytes: number): Part {
  return new Proxy(part, {
    get: (target, name) => {
      const member: unknown = Reflect.get(target, name)
      if (name === 'meta') return { ...target, size_after: bytes }
      if (typeof member !== 'function') return member
      return (...values: unknown[]) => {
        const made: unknown = Reflect.apply(member, target, values)
        if (made instanceof Promise) return made.then((answer: object) => grown(answer, bytes))
        return typeof made === 'object' && made !== null ? grown(made, bytes) : made
      }
    },
  })
}

describe('a database', () => {
  it('that has four fifths of its room is told of, with what it is', () => {
    tellIfFilling('charge', { size_after: 7_999_999_999 })
    expect(logged).not.toHaveBeenCalled()
    tellIfFilling('charge', { size_after: 8_000_000_001 })
    expect(JSON.parse(String(logged.mock.calls[0]?.[0]))).toMatchObject({
      event: 'database-filling',
      what: 'charge',
      bytes: 8_000_000_001,
    })
  })

  it('says with each answer how large it is', async () => {
    const { meta } = await databases().sagaLog.prepare('select 1').all()
    expect(meta.size_after).toBeGreaterThan(0)
  })

  it('of the saga log is looked at by each sweep', async () => {
    const env = bindings(databases())
    await pokeSilent(env, 0)
    expect(logged).not.toHaveBeenCalled()
    await pokeSilent({ ...env, SAGA_LOG_DB: grown(env.SAGA_LOG_DB, 9_000_000_000) }, 0)
    expect(logged).toHaveBeenCalledOnce()
  })
})
