import { once } from 'node:events'
import { Readable } from 'node:stream'
import { expect, it, onTestFinished } from 'vitest'
import { openServerLog } from '../../scripts/local/server-log.ts'
import { forgetState, temporaryState } from '../../scripts/local/temporary-shop.ts'

/** As wrangler says it of a source that does not parse. */
const BUILD_FAILED = `✘ [ERROR] Build failed with 1 error:

  ✘ [ERROR] Unexpected "<<"
${'  '}
      ../../../durable-objects/sagas/registry.ts:17:0:
        17 │ <<<<<<< HEAD
           ╵ ~~

Ready on http://localhost:8787
  of no interest
`

it('a build that failed: the terminal has the place as well, and nothing of what follows', async () => {
  const stateDir = temporaryState('log')
  const shown: string[] = []
  const log = openServerLog(stateDir, {
    onLine: () => undefined,
    onError: (line) => shown.push(line.trim()),
  })
  onTestFinished(() => {
    log.close()
    forgetState(stateDir)
  })
  const said = Readable.from([BUILD_FAILED])
  log.read(said)
  await once(said, 'close')
  expect(shown).toEqual([
    '✘ [ERROR] Build failed with 1 error:',
    '✘ [ERROR] Unexpected "<<"',
    '../../../durable-objects/sagas/registry.ts:17:0:',
    '17 │ <<<<<<< HEAD',
    '╵ ~~',
  ])
})
