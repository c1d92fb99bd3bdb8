/** A shop on an empty state of its own, which is deleted when it stops. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type LocalShop, startLocal } from './start-local.ts'

export const temporaryState = (purpose: string): string =>
  mkdtempSync(join(tmpdir(), `edge-saga-${purpose}-`))

export const forgetState = (stateDir: string): void =>
  rmSync(stateDir, { recursive: true, force: true })

export async function startTemporaryShop(
  purpose: string,
  env: Record<string, string> = {},
): Promise<LocalShop> {
  const stateDir = temporaryState(purpose)
  const shop = await startLocal({ stateDir, env })
  return {
    ...shop,
    stop: async () => {
      await shop.stop()
      forgetState(stateDir)
    },
  }
}
