/** What one needs to know once the shop runs. */
import { styleText } from 'node:util'
import { readablePath } from '../local/project.ts'

export type Welcome = { url: string; operatorToken: string; stateDir: string; logPath: string }

const row = (name: string, value: string): string =>
  `  ${styleText('dim', name.padEnd(10))} ${value}`

export function printBanner(doing: string): void {
  console.log(`\n  ${styleText('bold', 'edge-saga')}  ${styleText('dim', doing)}\n`)
}

export function printWelcome({ url, operatorToken, stateDir, logPath }: Welcome): void {
  console.log(
    [
      '',
      row('Shop', styleText(['bold', 'cyan'], url)),
      row('Console', `${url}/console#token=${operatorToken}`),
      row('API docs', `${url}/api/docs`),
      row('Operators', `Authorization: Bearer ${operatorToken}`),
      row('State', readablePath(stateDir)),
      row('Log', readablePath(logPath)),
      '',
      `  ${styleText('dim', 'Ctrl-C stops everything.')}`,
      '',
    ].join('\n'),
  )
}
