import { beforeEach, describe, expect, it, vi } from 'vitest'
import { deadLetterSchema } from '../../worker/api/ops/contract.ts'
import { BODY_CHARS_MAX } from '../../worker/dead-letters.ts'
import { useDatabases } from './support/databases.ts'
import {
  command,
  die,
  dieAt,
  dismiss,
  list,
  operator,
  orderId,
  replay,
  report,
} from './support/dead-letters.ts'
import { OrderDouble, bindings, down, lostDatabase } from './support/doubles.ts'
import { asOperator, problemOf } from './support/requests.ts'

vi.spyOn(console, 'error').mockImplementation(() => {})
const warned = vi.spyOn(console, 'warn').mockImplementation(() => {})

const databases = useDatabases()
beforeEach(async () => {
  warned.mockClear()
  await databases().sagaLog.exec('delete from dead_letter')
})

describe('the consumer', () => {
  it('X1: the same letter twice is one row, told twice and reported once; its mark stays', async () => {
    const order = new OrderDouble(orderId)
    const died = vi.spyOn(order, 'commandDied')
    const env = bindings(databases(), { orders: [order] })
    await die(env, 'a', command)
    await replay(env, 'a')
    await die(env, 'a', command)
    expect((await list(env)).letters).toMatchObject([{ messageId: 'a', replayed: operator }])
    expect(died).toHaveBeenCalledTimes(2)
    expect(warned).toHaveBeenCalledOnce()
  })

  it('X1: without its saga told, or itself kept, it comes again', async () => {
    const order = new OrderDouble(orderId)
    vi.spyOn(order, 'commandDied').mockImplementation(down)
    const env = bindings(databases(), { orders: [order] })
    expect(await die(env, 'a', command)).toEqual({ acked: [], retried: ['a'] })
    const unkept = { ...bindings(databases()), SAGA_LOG_DB: lostDatabase }
    expect(await die(unkept, 'b', command)).toEqual({ acked: [], retried: ['b'] })
  })

  it.each([
    ['a command', command],
    ['what nobody can read', 'nonsense'],
  ])('X3: %s comes again ever later, and outlasts two days without D1', async (_what, body) => {
    const delaysS = await delaysWithoutD1(body)
    expect(delaysS.slice(0, 4)).toEqual([5, 10, 20, 40])
    expect(Math.max(...delaysS)).toBe(3_600)
    expect(delaysS.reduce((sum, delayS) => sum + delayS, 0)).toBeGreaterThan(2 * 86_400)
  })

  it('X3: a part of a log comes again for minutes, since its object has it', async () => {
    expect(new Set(await delaysWithoutD1(report))).toEqual(new Set([5]))
  })

  it('X2: what nobody can read is kept and acknowledged', async () => {
    const env = bindings(databases())
    for (const [index, body] of [
      'text',
      null,
      undefined,
      { v: 2 },
      'x'.repeat(600_000),
      JSON.parse('['.repeat(10_000) + ']'.repeat(10_000)),
    ].entries()) {
      expect(await die(env, `m${index}`, body, index)).toEqual({
        acked: [`m${index}`],
        retried: [],
      })
    }
    const { letters } = await list(env, 'kind=unreadable')
    expect(letters[0]).toMatchObject({ body: expect.stringContaining('not JSON'), isWhole: false })
    const others = letters.slice(1)
    expect(others.map(({ body, isWhole }) => (isWhole ? body : String(body).length))).toEqual([
      BODY_CHARS_MAX,
      { v: 2 },
      null,
      null,
      'text',
    ])
  })
})

describe('GET /api/ops/dead-letters', () => {
  it('tells what each is, of which saga and step, when, and what it said', async () => {
    const env = bindings(databases())
    await die(env, 'a', command, 1_000)
    await die(env, 'b', report, 2_000)
    const nothing = { sagaId: null, step: null, isWhole: true, replayed: null, dismissed: null }
    expect((await list(env)).letters).toEqual([
      { ...nothing, messageId: 'b', at: at(2_000), kind: 'saga-log', orderId, body: report },
      {
        ...nothing,
        messageId: 'a',
        at: at(1_000),
        kind: 'command',
        orderId,
        sagaId: orderId,
        step: 'freeze-points',
        body: command,
      },
    ])
  })

  it('newest first, by page, also among those of one millisecond', async () => {
    const env = bindings(databases())
    for (const [id, atMs] of [
      ['a', 5],
      ['c', 5],
      ['b', 5],
      ['d', 4],
    ] as const) {
      await die(env, id, command, atMs)
    }
    const page = async (query: string) => {
      const { letters, next } = await list(env, query)
      return { ids: letters.map(({ messageId }) => messageId), next }
    }
    expect(await page('limit=2')).toEqual({ ids: ['c', 'b'], next: 'b' })
    expect(await page('limit=2&after=b')).toEqual({ ids: ['a', 'd'], next: null })
    expect(await page('after=no-such-letter')).toEqual({ ids: [], next: null })
  })

  it('by kind, and by whether somebody has dealt with it', async () => {
    const env = bindings(databases())
    await die(env, 'a', command)
    await die(env, 'b', command)
    await die(env, 'c', 'nonsense')
    await die(env, 'd', 'nonsense')
    await replay(env, 'b')
    await dismiss(env, 'd')
    const ids = async (query: string) =>
      (await list(env, query)).letters.map(({ messageId }) => messageId).toSorted()
    expect(await ids('kind=command')).toEqual(['a', 'b'])
    expect(await ids('kind=saga-log')).toEqual([])
    expect(await ids('handled=true')).toEqual(['b', 'd'])
    expect(await ids('handled=false')).toEqual(['a', 'c'])
    expect(await ids('kind=command&handled=false')).toEqual(['a'])
  })

  it.each(['kind=letter', 'handled=1', 'limit=0', 'limit=51', 'after='])(
    '%s: 422',
    async (query) => {
      const response = await asOperator(bindings(databases()))(`GET /api/ops/dead-letters?${query}`)
      const [field] = query.split('=')
      expect(await problemOf(response)).toMatchObject({ status: 422, errors: [{ field }] })
    },
  )
})

describe('POST /api/ops/dead-letters/{messageId}/dismiss', () => {
  it('marks the letter, which is kept; the mark tells of the last time', async () => {
    const env = bindings(databases())
    await die(env, 'a', command)
    await die(env, 'b', command)
    const response = await dismiss(env, 'a')
    expect(response.status).toBe(200)
    const letter = deadLetterSchema.parse(await response.json())
    expect(letter).toMatchObject({ messageId: 'a', dismissed: operator, replayed: null })
    expect((await list(env, 'handled=true')).letters).toEqual([letter])
    await dismiss(env, 'a', { by: 'Bob', reason: 'looked at it as well' })
    expect((await list(env)).letters).toMatchObject([
      { messageId: 'b', dismissed: null },
      { messageId: 'a', body: command, dismissed: { by: 'Bob' } },
    ])
  })

  it('what was too long to be kept whole as well; both marks stand side by side', async () => {
    const env = bindings(databases())
    await die(env, 'a', 'x'.repeat(600_000))
    expect((await dismiss(env, 'a')).status).toBe(200)
    await die(env, 'b', report)
    await replay(env, 'b')
    await dismiss(env, 'b')
    expect((await list(env)).letters).toMatchObject([
      { messageId: 'b', replayed: operator, dismissed: operator },
      { messageId: 'a', isWhole: false, replayed: null, dismissed: operator },
    ])
  })

  it('that comes again as a repeat of the queue stays dismissed', async () => {
    const env = bindings(databases())
    await die(env, 'a', 'nonsense')
    await dismiss(env, 'a')
    await die(env, 'a', 'nonsense')
    expect((await list(env)).letters).toMatchObject([{ messageId: 'a', dismissed: operator }])
  })

  it('a letter that there is not: 404; without a reason: 422, and nothing is marked', async () => {
    const env = bindings(databases())
    expect(await problemOf(await dismiss(env, 'a'))).toMatchObject({
      status: 404,
      code: 'dead-letter-not-found',
    })
    await die(env, 'a', command)
    expect(await problemOf(await dismiss(env, 'a', { by: 'Ann' }))).toMatchObject({
      status: 422,
      errors: [{ field: 'reason' }],
    })
    expect((await list(env)).letters).toMatchObject([{ dismissed: null }])
  })
})

/** As often as the queue delivers it. */
async function delaysWithoutD1(body: unknown): Promise<number[]> {
  const env = { ...bindings(databases()), SAGA_LOG_DB: lostDatabase }
  const delaysS: number[] = []
  for (let attempts = 1; attempts <= 100; attempts += 1) {
    delaysS.push(...(await dieAt(attempts, env, 'a', body)).delaysS)
  }
  return delaysS
}

const at = (ms: number): string => new Date(ms).toISOString()
