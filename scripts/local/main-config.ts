/** The main Worker's wrangler.toml with some of it changed, for one run, in another folder. */
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { z } from 'zod'
import { mainConfigPath } from './workers.ts'

const rateLimitSchema = z.looseObject({
  name: z.string(),
  simple: z.looseObject({ limit: z.int() }),
})
const rawConfigSchema = z.looseObject({
  main: z.string(),
  vars: z.record(z.string(), z.json()).default({}),
  ratelimits: z.array(rateLimitSchema),
})

type Changes = {
  /** Added to those that there are. */
  vars?: Record<string, string>
  /** Requests of one address within a period. */
  addressLimit?: number
  services?: []
}

const OWNER_ONLY = 0o600

/** Returns its path. */
export async function writeMainConfig(
  folder: string,
  { vars, addressLimit, ...others }: Changes,
): Promise<string> {
  const { experimental_readRawConfig: readRawConfig } = await import('wrangler')
  const raw = rawConfigSchema.parse(readRawConfig({ config: mainConfigPath }).rawConfig)
  const ratelimits = raw.ratelimits.map((limiter) =>
    limiter.name === 'ADDRESS_RATE_LIMIT' && addressLimit !== undefined
      ? { ...limiter, simple: { ...limiter.simple, limit: addressLimit } }
      : limiter,
  )
  const config = {
    ...raw,
    ...others,
    main: resolve(dirname(mainConfigPath), raw.main),
    vars: { ...raw.vars, ...vars },
    ratelimits,
  }
  mkdirSync(folder, { recursive: true })
  const path = join(folder, 'wrangler.json')
  // Vars may hold the keys of an endpoint for traces.
  writeFileSync(path, JSON.stringify(config, null, 2), { mode: OWNER_ONLY })
  chmodSync(path, OWNER_ONLY)
  return path
}
