/** What the README has to type, typed. */
import { readFileSync } from 'node:fs'
import { expect, inject, it } from 'vitest'
import { inProject } from '../../scripts/local/project.ts'
import { runCommand } from '../../scripts/terminal/command.ts'
import { orderSchema } from '../../worker/api/contract.ts'

const ADDRESS = 'http://localhost:8787'

it('an order by hand is confirmed, and is the same one when it is sent again', async () => {
  const blocks = readFileSync(inProject('README.md'), 'utf8').matchAll(/```sh\n(.*?)```/gs)
  const script = [...blocks].map(([, text = '']) => text).find((text) => text.includes(ADDRESS))
  const typed = script?.replace(ADDRESS, inject('shop').url) ?? ''
  const { output } = await runCommand('sh', [
    '-c',
    `${typed}\n${typed.split('\n').slice(2).join('\n')}`,
  ])
  const orders = output
    .split(/(?<=\})(?=\{"id")/)
    .map((json) => orderSchema.parse(JSON.parse(json)))
  expect(orders.map(({ status }) => status)).toEqual(['confirmed', 'confirmed'])
  expect(orders[1]?.id).toBe(orders[0]?.id)
})
