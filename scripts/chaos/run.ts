/**
 * Load, weather and kills at once; then calm, until nothing moves any more.
 *
 * C1. An order whose 202 was seen is never lost: it is there, it is what was asked for, and it
 *     comes to rest.
 * C2. A request that is sent until it is answered makes one order, not two.
 * C3. Whatever was killed when, the books balance: the audit is clean and no hold stays open.
 * C4. What a client saw of its order never becomes untrue (sightings.ts).
 */
import { setTimeout as delay } from 'node:timers/promises'
import type { AuditReport } from '../../worker/api/ops/contract.ts'
import { operatorOf } from '../client/operator.ts'
import { until } from '../client/until.ts'
import { seededRandom } from '../demo/random.ts'
import { concurrently } from '../terminal/concurrently.ts'
import { drawErrands } from './errands.ts'
import type { ChaosOptions, Observations } from './observations.ts'
import { type Ask, patientWith } from './patience.ts'
import { type Purchase, carryOut, checkAgain, isOpen, newPurchase } from './purchase.ts'
import type { Kill, Server } from './server.ts'
import { type Spell, drawSpell, makeWeather } from './weather.ts'

const SHOPPERS_AT_ONCE = 24
/** Two versions of the saga run side by side. */
const CANDIDATE_PERCENT = 50
/** How long a shopper waits for the end; then the next one comes, while the order is watched on. */
const SHOPPER_STAYS_MS = 8_000
/** A kill comes up to this long after the order that it was drawn for. */
const KILL_DELAY_MS_MAX = 1_500
/** A kill that finds nothing moving proves little: it waits this long at most for an order that does. */
const KILL_WAITS_MS_MAX = 5_000
const KILL_LOOKS_EVERY_MS = 20
/** A parked step is tried again after 60 s. */
const REST_WITHIN_MS = 240_000
/** Nothing should move after the last repeats; D1 may have to catch up with one that did. */
const REST_AGAIN_WITHIN_MS = 30_000
const CHECKS_AT_ONCE = 12
const PROGRESS_EVERY_MS = 5_000

/** Which order each kill comes after, and how long after. */
function drawKills(kills: number, orders: number, random: () => number) {
  return Array.from({ length: kills }, () => ({
    afterOrder: Math.floor(random() * orders),
    delayMs: Math.round(random() * KILL_DELAY_MS_MAX),
  })).toSorted((a, b) => a.afterOrder - b.afterOrder)
}

type Moments = ReturnType<typeof drawKills>

async function untilSomethingMoves(purchases: Purchase[]): Promise<void> {
  const giveUpAtMs = Date.now() + KILL_WAITS_MS_MAX
  while (!purchases.some(isOpen) && Date.now() < giveUpAtMs) await delay(KILL_LOOKS_EVERY_MS)
}

/** Orders one after the other, and the kills that come with them. */
async function load(purchases: Purchase[], moments: Moments, ask: Ask, crash: () => Promise<void>) {
  const following: Promise<void>[] = []
  let kills: Promise<void> = Promise.resolve()
  await concurrently([...purchases.entries()], SHOPPERS_AT_ONCE, async ([index, purchase]) => {
    for (const { delayMs } of moments.filter(({ afterOrder }) => afterOrder === index)) {
      // One after the other: a kill needs something that runs.
      kills = kills.then(() => delay(delayMs)).then(crash)
    }
    const { answered, ended } = carryOut(purchase, ask)
    following.push(ended)
    await answered
    await Promise.race([ended, delay(SHOPPER_STAYS_MS, null, { ref: false })])
  })
  await kills
  return following
}

/** The first audit that finds nothing moving and D1 complete, or the last one in time. */
async function untilAtRest(ask: Ask, withinMs: number): Promise<AuditReport> {
  let last: AuditReport | null = null
  const look = async (): Promise<AuditReport | null> => {
    last = await ask(({ url, operatorToken }) => operatorOf(url, operatorToken).audit())
    const { unsettled, openHolds, logBehind } = last.counts
    return unsettled + openHolds + logBehind === 0 ? last : null
  }
  try {
    return await until(look, { withinMs, what: 'nothing moves any more' })
  } catch (error) {
    if (last === null) throw error
    return last
  }
}

function progressLine(purchases: Purchase[], kills: Kill[], spell: Spell | null): string {
  const begun = purchases.filter(({ state }) => state.kind !== 'waiting').length
  const weather = spell === null ? 'calm' : `${spell.weather} in ${spell.domain}`
  const open = purchases.filter(isOpen).length
  return `${begun} of ${purchases.length} orders, ${open} open, ${kills.length} kills, ${weather}`
}

export async function runChaos(
  options: ChaosOptions,
  server: Server,
  report: (line: string) => void,
): Promise<Observations> {
  // Streams of their own: how quickly orders go must not decide which they are.
  const stream = (number: number) => seededRandom(options.seed * 4 + number)
  const moments = drawKills(options.kills, options.orders, stream(1))
  const weatherChance = stream(2)
  const purchases = drawErrands(options.orders, stream(3)).map(newPurchase)
  const { ask, repeats } = patientWith(server)
  const kills: Kill[] = []
  await server.running()
  await ask(({ url, operatorToken }) =>
    operatorOf(url, operatorToken).splitVersions(CANDIDATE_PERCENT),
  )
  const beganAtMs = Date.now()

  const over = new AbortController()
  const sky = makeWeather(() => drawSpell(weatherChance, options.spellMsMax), ask, over.signal)
  const progress = setInterval(
    () => report(progressLine(purchases, kills, sky.now())),
    PROGRESS_EVERY_MS,
  )
  try {
    const following = await load(purchases, moments, ask, async () => {
      await untilSomethingMoves(purchases)
      kills.push(await server.crash())
    })
    over.abort()
    await sky.done
    const calmFromMs = Date.now()
    await Promise.race([Promise.all(following), delay(REST_WITHIN_MS, null, { ref: false })])
    await untilAtRest(ask, calmFromMs + REST_WITHIN_MS - Date.now())
    const atRestAtMs = Date.now()
    report('each order is read and asked for once more')
    await concurrently(purchases, CHECKS_AT_ONCE, (purchase) => checkAgain(purchase, ask))
    // Once more: what the repeats did must show.
    const audit = await untilAtRest(ask, REST_AGAIN_WITHIN_MS)
    const versions = await ask(({ url, operatorToken }) =>
      operatorOf(url, operatorToken).versionsBegun(),
    )
    const times = { beganAtMs, calmFromMs, atRestAtMs }
    return { options, purchases, kills, spells: sky.past, repeats, audit, versions, ...times }
  } finally {
    clearInterval(progress)
  }
}
