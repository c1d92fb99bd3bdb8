/** `npm run check`: types, lint, format, architecture. */
import { runChecks } from './checks/run-checks.ts'
import { readArgs } from './terminal/args.ts'

const HELP = `
npm run check

Types of all parts, lint (with types), format, the rules of the architecture, and whether
package-lock.json is complete for every system. Exits with 1 if anything is wrong.
`

readArgs(HELP, {})
const { passed, failed } = await runChecks()
console.log(`\n${passed} passed, ${failed} failed`)
process.exitCode = failed === 0 ? 0 : 1
