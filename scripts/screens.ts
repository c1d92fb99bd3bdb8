/** `npm run screens`: pictures of every page, for the documents and for whoever changes the page. */
import { resolve } from 'node:path'
import { onPageStage } from './browser/page-stage.ts'
import { inProject } from './local/project.ts'
import { SHOWN_PAGES, takeScreens } from './screens/take-screens.ts'
import { VARIANTS } from './screens/variants.ts'
import { readArgs, refuse } from './terminal/args.ts'
import { reportAndExit } from './terminal/report.ts'
import { printBanner } from './terminal/welcome.ts'

const HELP = `
npm run screens [-- --only PAGE --url URL --to FOLDER]

Starts a shop of its own (empty state, free port), goes to each page as a new visitor, and writes
pictures of it into docs/screens: what is in the window, as WebP, once nothing moves any more.

Pages:
${SHOWN_PAGES.map(({ name, about }) => `  ${name.padEnd(18)} ${about}`).join('\n')}

Each as: ${VARIANTS.map(({ name }) => name).join(', ')}.

  --only PAGE  this page only; may be given more than once
  --url URL    use a shop that runs already, with the OPERATOR_TOKEN of the environment or .dev.vars;
               its stock is as it is
  --to FOLDER  where the pictures go

All of it takes about four minutes on two cores.
`

function choose(names: string[] | undefined): typeof SHOWN_PAGES {
  if (names === undefined) return SHOWN_PAGES
  const unknown = names.filter((name) => !SHOWN_PAGES.some((it) => it.name === name))
  if (unknown.length > 0) {
    const known = SHOWN_PAGES.map(({ name }) => name).join(', ')
    refuse(`There is no page "${unknown.join('", "')}". There are: ${known}.`)
  }
  return SHOWN_PAGES.filter(({ name }) => names.includes(name))
}

async function screens(): Promise<void> {
  const { values } = readArgs(HELP, {
    only: { type: 'string', multiple: true },
    url: { type: 'string' },
    to: { type: 'string' },
  })
  const pages = choose(values.only)
  const folder = values.to === undefined ? inProject('docs', 'screens') : resolve(values.to)
  printBanner('screens: every page, in every variant')
  await onPageStage('screens', values.url, async (stage) => {
    await takeScreens(stage, pages, folder)
  })
}

await screens().catch(reportAndExit)
