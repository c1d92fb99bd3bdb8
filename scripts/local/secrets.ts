/**
 * Secrets of the local shop. They are made once and kept in `.dev.vars`, which wrangler reads
 * and git ignores.
 */
import { randomBytes } from 'node:crypto'
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseEnv } from 'node:util'
import { projectRoot } from './project.ts'

export const SECRET_NAMES = ['OPERATOR_TOKEN', 'SESSION_SECRET'] as const
export type Secrets = Record<(typeof SECRET_NAMES)[number], string>

const SECRET_BYTES = 24
const OWNER_ONLY = 0o600

const newSecret = (): string => randomBytes(SECRET_BYTES).toString('base64url')

/** What is there stays as it is; only what is missing is added. */
export function ensureSecrets(folder = projectRoot): Secrets {
  const path = join(folder, '.dev.vars')
  let text = existsSync(path) ? readFileSync(path, 'utf8') : ''
  if (text !== '' && !text.endsWith('\n')) text += '\n'
  const values = parseEnv(text)
  const valueOf = (name: string): string => {
    const present = values[name]
    if (present !== undefined && present !== '') return present
    const made = newSecret()
    text += `${name}=${made}\n`
    return made
  }
  const secrets = {
    OPERATOR_TOKEN: valueOf(SECRET_NAMES[0]),
    SESSION_SECRET: valueOf(SECRET_NAMES[1]),
  }
  writeOwnerOnly(path, text)
  return secrets
}

/** Of a shop that runs already, on this machine or elsewhere. */
export const operatorTokenOf = (env: NodeJS.ProcessEnv): string =>
  env['OPERATOR_TOKEN'] ?? ensureSecrets().OPERATOR_TOKEN

export function writeSecrets(folder: string, secrets: Secrets): void {
  const lines = SECRET_NAMES.map((name) => `${name}=${secrets[name]}\n`)
  writeOwnerOnly(join(folder, '.dev.vars'), lines.join(''))
}

function writeOwnerOnly(path: string, text: string): void {
  writeFileSync(path, text, { mode: OWNER_ONLY })
  chmodSync(path, OWNER_ONLY)
}
