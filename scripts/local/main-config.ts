/** The main Worker's wrangler.toml with some of it changed, for one run, in another folder. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { z } from 'zod'
import { mainConfigPath } from './workers.ts'

const rawConfigSchema = z.looseObject({
  main: z.string(),
  vars: z.record(z.string(), z.json()).default({}),
})
/** Returns its path. `vars` are added to those that there are; every other key takes the place of the old one. */
export async function writeMainConfig(
  folder: string,
  changes: { vars?: Record<string, string>; services?: [] },
): Promise<string> {
  const { experimental_readRawConfig: readRawConfig } = await import('wrangler')
  const raw = rawConfigSchema.parse(readRawConfig({ config: mainConfigPath }).rawConfig)
  const config = {
    ...raw,
    ...changes,
    main: resolve(dirname(mainConfigPath), raw.main),
    vars: { ...raw.vars, ...changes.vars },
  }
  mkdirSync(folder, { recursive: true })
  const path = join(folder, 'wrangler.json')
  writeFileSync(path, JSON.stringify(config, null, 2))
  return path
}
