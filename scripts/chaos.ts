/** `npm run chaos`: the shop, killed and restarted, for longer than `npm test` does it. */
import { binaries } from './local/project.ts'
import { readArgs, readCount } from './terminal/args.ts'
import { runCommand } from './terminal/command.ts'

const ORDERS_DEFAULT = 100
const KILLS_DEFAULT = 5

const HELP = `
npm run chaos [-- --orders N --kills K]

Starts the shop, places orders, kills every process of it with SIGKILL while they run, and
starts it again on the same state, K times. Then every accepted order must settle, and the
audit must be clean. Exits with 0 only then.

  --orders N  how many orders in all (${ORDERS_DEFAULT})
  --kills K   how many kills (${KILLS_DEFAULT})
`

const { values } = readArgs(HELP, { orders: { type: 'string' }, kills: { type: 'string' } })
const orders = readCount('orders', values.orders, ORDERS_DEFAULT)
const kills = readCount('kills', values.kills, KILLS_DEFAULT)
const { code } = await runCommand(binaries.node, [binaries.vitest, 'run', '--project', 'chaos'], {
  show: true,
  env: {
    EDGE_SAGA_KILLS: String(kills),
    EDGE_SAGA_ORDERS: String(Math.ceil(orders / kills)),
  },
})
process.exitCode = code
