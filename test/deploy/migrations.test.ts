import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, it } from 'vitest'
import { inProject } from '../../scripts/local/project.ts'
import { databasesOf, readWorkers } from '../../scripts/local/workers.ts'
import { DOMAINS } from '../../worker/domains/reads.ts'
import { STORES } from '../support/each-domain.ts'

/** What a shop has in its databases before its tables are made anew, by domain and table. */
const ROWS = {
  inventory: { reservation: { order_id: 'a', sku: 'mug', quantity: 2, status: 'sold' } },
  coupons: { redemption: { order_id: 'a', code: 'TEN', customer: 'ann', status: 'held' } },
  logistics: { delivery: { order_id: 'a', region: 'EU', day: '2026-12-01', status: 'booked' } },
  points: { hold: { order_id: 'a', customer: 'ann', points: 7, status: 'spent' } },
  payments: {
    charge: {
      saga_id: 'a',
      order_id: 'a',
      amount: 5,
      currency: 'USD',
      token: 'tok_visa',
      status: 'calling',
      called_by: 'n',
      calling_until_ms: 9,
      provider_ref: null,
    },
    refund: {
      saga_id: 'a',
      order_id: 'a',
      amount: 5,
      currency: 'USD',
      status: 'refunded',
      provider_ref: 'r',
    },
  },
}

const OPERATION = {
  saga_id: 'a',
  step: 's',
  direction: 'action',
  order_id: 'a',
  status: 'processed',
  code: null,
  output: '{}',
  claimed_by: 'n',
  traceparent: 't',
  at_ms: 1,
  lease_until_ms: 2,
}

const filesOf = (domain: string): string[] =>
  readdirSync(inProject('migrations', domain))
    .filter((file) => file.endsWith('.sql'))
    .toSorted()
    .map((file) => readFileSync(inProject('migrations', domain, file), 'utf8'))

function insert(
  db: DatabaseSync,
  table: string,
  row: Record<string, string | number | null>,
): void {
  const columns = Object.keys(row)
  db.prepare(
    `insert into "${table}" (${columns.join()}) values (${columns.map(() => '?').join()})`,
  ).run(...Object.values(row))
}

const losesRowid = (file: string): boolean => file.includes('WITHOUT ROWID')

it.each(Object.entries(ROWS))(
  'the tables of %s lose their rowid, and nothing else',
  (domain, own) => {
    const files = filesOf(domain)
    const from = files.findIndex(losesRowid)
    const to = files.findLastIndex(losesRowid) + 1
    const db = new DatabaseSync(':memory:')
    for (const file of files.slice(0, from)) db.exec(file)
    const rows = { operation: OPERATION, ...own }
    for (const [table, row] of Object.entries(rows)) insert(db, table, row)
    const shape = () =>
      Object.keys(rows).map((table) => ({
        columns: db.prepare('select * from pragma_table_info(?)').all(table),
        rest: db
          .prepare(
            `select type, name, sql from sqlite_master
             where tbl_name = ? and type <> 'table' and sql is not null order by name`,
          )
          .all(table),
      }))
    const before = shape()
    for (const file of files.slice(from, to)) db.exec(file)

    expect(shape()).toEqual(before)
    for (const [table, row] of Object.entries(rows)) {
      expect(db.prepare(`select * from "${table}"`).all()).toEqual([row])
      expect(() => db.prepare(`select rowid from "${table}"`)).toThrow('no such column: rowid')
      const broken = { ...row, status: 'unheard of' }
      expect(() => {
        db.exec(`delete from "${table}"`)
        insert(db, table, broken)
      }).toThrow(`CHECK constraint failed: ${table}_status`)
    }
    insert(db, 'operation', { ...OPERATION, status: 'compensated' })
    expect(() => db.exec(`update operation set status = 'processed'`)).toThrow('illegal transition')
  },
)

/** Where the rows are, each of which costs one row written. */
const TABLES = [
  ...DOMAINS.map((domain) => [domain, 'operation'] as const),
  ...Object.entries(STORES).map(([domain, { holds }]) => [domain, holds.table] as const),
]

function migrated(domain: string): DatabaseSync {
  const db = new DatabaseSync(':memory:')
  for (const file of filesOf(domain)) db.exec(file)
  return db
}

it.each(TABLES)('of %s, the table %s has no rowid', (domain, table) => {
  const db = migrated(domain)
  const sql = db.prepare('select sql from sqlite_master where name = ?').get(table)?.sql
  expect(sql, `migrations/${domain}, as docs/write-a-saga.md says`).toMatch(/WITHOUT ROWID$/)
})

it.each(DOMAINS)('an operation of %s makes no illegal transition', (domain) => {
  const db = migrated(domain)
  insert(db, 'operation', OPERATION)
  expect(
    () => db.exec(`update operation set status = 'failed'`),
    `migrations/${domain} has no trigger operation_transition: docs/write-a-saga.md says which file to copy`,
  ).toThrow('illegal transition')
})

const databases = databasesOf(await readWorkers())

it.each(databases.map((database) => [database.name, database] as const))(
  'what is sent to %s is split into statements by D1 as it is here',
  (_name, { migrationsDir, seedPath }) => {
    const paths = readdirSync(migrationsDir)
      .filter((file) => file.endsWith('.sql'))
      .map((file) => join(migrationsDir, file))
    for (const path of seedPath === null ? paths : [...paths, seedPath]) {
      const lines = readFileSync(path, 'utf8').split('\n')
      // A live D1 is sent the whole text, and splits it itself. Of a comment it takes a semicolon for the end of a
      // statement and a quote for the beginning of a text (cloudflare/workers-sdk#3892, #4713) …
      const comments = lines.flatMap((line) => /--.*/.exec(line) ?? [])
      for (const comment of comments) expect(comment, path).not.toMatch(/[;'"`]/)
      // … and it has cut triggers of several lines in the middle, and any at its first END (#4998, #15690).
      const triggers = lines.filter((line) => /create trigger/i.test(line))
      for (const line of triggers) {
        expect(line).toMatch(/ BEGIN .*; END;$/)
        expect(line.match(/\bend\b/gi), line).toEqual(['END'])
      }
    }
  },
)
