/**
 * What wrangler says goes to a file. Only errors reach the terminal, and whatever else the
 * caller asks for.
 */
import { createWriteStream, existsSync, mkdirSync, readFileSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { stripVTControlCharacters } from 'node:util'

const LOG_BYTES_MAX = 50_000_000
const TAIL_LINES = 25
const ERROR_LINE = /\[ERROR\]|\[wrangler:error\]|Uncaught|Build failed/
const STACK_LINES_SHOWN = 3

export type ServerLog = {
  path: string
  read: (stream: Readable) => void
  write: (line: string) => void
  close: () => void
}

export type ServerLogOptions = {
  onLine: (line: string) => void
  onError: (line: string) => void
}

export const logPathOf = (stateDir: string): string => join(stateDir, 'server.log')

/** The log of the run before stays beside it: after a crash it is what one wants to read. */
function rotate(path: string): void {
  if (existsSync(path)) renameSync(path, path.replace(/\.log$/, '.previous.log'))
}

export function openServerLog(stateDir: string, options: ServerLogOptions): ServerLog {
  mkdirSync(stateDir, { recursive: true })
  const path = logPathOf(stateDir)
  rotate(path)
  let file = createWriteStream(path)
  let bytes = 0
  let stackLinesLeft = 0

  const write = (line: string): void => {
    bytes += line.length + 1
    if (bytes > LOG_BYTES_MAX) {
      file.end()
      rotate(path)
      file = createWriteStream(path)
      bytes = line.length + 1
    }
    file.write(`${line}\n`)
  }
  const take = (raw: string): void => {
    const line = stripVTControlCharacters(raw)
    write(line)
    options.onLine(line)
    // What did not build has its place after an empty line.
    if (stackLinesLeft > 0 && line.trim() === '') return
    if (ERROR_LINE.test(line)) stackLinesLeft = STACK_LINES_SHOWN
    else if (stackLinesLeft > 0 && /^\s+\S/.test(line)) stackLinesLeft -= 1
    else return void (stackLinesLeft = 0)
    options.onError(line)
  }
  return {
    path,
    read: (stream) => void createInterface({ input: stream }).on('line', take),
    write,
    close: () => void file.end(),
  }
}

export function tailOfLog(path: string): string {
  const text = existsSync(path) ? readFileSync(path, 'utf8').trimEnd() : ''
  return text === '' ? '(the log is empty)' : text.split('\n').slice(-TAIL_LINES).join('\n')
}
