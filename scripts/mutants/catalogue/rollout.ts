/** Bugs in which version an order begins on, and in what moves a canary. */
import type { Theme } from '../mutant.ts'

const SPLIT = 'durable-objects/core/rollout.ts'
const CANARY = 'durable-objects/core/canary.ts'
const OBJECT = 'durable-objects/saga-rollout.ts'
const BEGIN = 'worker/api/orders/begin-order.ts'

export const ROLLOUT: Theme = {
  title: 'Versions side by side',
  mutants: [
    {
      name: 'another candidate is tried on the same customers (RO1)',
      file: SPLIT,
      find: 'bucketOf(`${candidate}:${customer}`)',
      replace: 'bucketOf(customer)',
      suites: ['core'],
    },
    {
      name: 'a canary steps up before the time of its step is over (RO2)',
      file: SPLIT,
      find: "verdict.kind === 'unclear' || nowMs < stepEndsAtMs",
      replace: "verdict.kind === 'unclear'",
      suites: ['core'],
    },
    {
      name: 'a canary steps up on figures that say nothing (RO2)',
      file: SPLIT,
      find: "verdict.kind === 'unclear' || nowMs",
      replace: 'nowMs',
      suites: ['core'],
    },
    {
      name: 'a canary that is broken keeps its share (RO3)',
      file: SPLIT,
      find: "if (verdict.kind === 'broken') return takenBack(rollout)",
      replace: "if (verdict.kind === 'broken') return null",
      suites: ['core'],
    },
    {
      name: 'a canary that was taken back climbs again (RO3)',
      file: SPLIT,
      find: '  percent: 0,\n  isAutomatic: false,',
      replace: '  percent: 1,',
      suites: ['core'],
    },
    {
      name: 'a candidate is blamed for what ails both (RO5)',
      file: CANARY,
      find: '(stable.length > 0 ? shareOf(stable, is) : 0)',
      replace: '0',
      suites: ['core'],
    },
    {
      name: 'a candidate may be as slow as it likes (RO5)',
      file: CANARY,
      find: 'tookMs > slowMs',
      replace: 'tookMs > 100 * slowMs',
      suites: ['core'],
    },
    {
      name: 'a candidate is broken by what may be chance (RO6)',
      file: CANARY,
      find: 'const CHANCE_MAX = 0.001',
      replace: 'const CHANCE_MAX = 1',
      suites: ['core'],
    },
    {
      name: 'an order counts as often as it is told of (RO7)',
      file: 'durable-objects/rollout-figures.ts',
      find: 'saga_id text not null unique, version',
      replace: 'saga_id text not null, version',
      suites: ['integration'],
    },
    {
      name: 'an order that stays parked counts again once it is forgotten (RO7)',
      file: 'durable-objects/rollout-figures.ts',
      find: "if (ending === 'failed') {",
      replace: "if (ending === 'completed') {",
      suites: ['integration'],
    },
    {
      name: 'of each version the newest orders are kept, from however long ago (RO11)',
      file: 'durable-objects/rollout-figures.ts',
      find: "this.#keepNewest('rest', ordersMax)",
      replace:
        'for (const version of new Set(rests.map((rest) => rest.version))) this.#sql.exec(`delete from rest where version = ?1 and seq <= (select seq from rest where version = ?1 order by seq desc limit 1 offset ?2)`, version, ordersMax / 5)',
      suites: ['integration'],
    },
    {
      name: 'of two operators the second overwrites what he has not seen (RO12)',
      file: OBJECT,
      find: 'if (!isAsSeen(ifMatch, this.#etag)) return null',
      replace: 'void isAsSeen(ifMatch, this.#etag)',
      suites: ['integration'],
    },
    {
      name: 'an order takes as long as the first part of its journal that is told (RO7)',
      file: 'worker/saga-log/rests.ts',
      find: "(status === 'parked' || events.some(",
      replace: "(status !== '' || events.some(",
      suites: ['api'],
    },
    {
      name: 'orders of the step before are taken for those of this one (RO2)',
      file: OBJECT,
      find: 'this.#figures.countAnew()',
      replace: '',
      suites: ['integration'],
    },
    {
      name: 'the alarm of a step is not set (RO8)',
      file: OBJECT,
      find: 'if (isAutomatic) this.ctx.waitUntil',
      replace: 'if (!isAutomatic) this.ctx.waitUntil',
      suites: ['integration'],
    },
    {
      name: 'a rollout is forgotten when its object leaves memory',
      file: OBJECT,
      find: 'this.ctx.storage.kv.put(KEY, this.#saved)',
      replace: '',
      suites: ['integration'],
    },
    {
      name: 'an order that could not begin on the candidate is refused (RO4)',
      file: BEGIN,
      find: 'const begun = await beginOn(object, placement, otherwise)',
      replace: 'const begun = await beginOn(object, placement, first)',
      suites: ['api'],
    },
    {
      name: 'nobody hears that the candidate could not begin an order (RO3)',
      file: BEGIN,
      find: "if (begun.kind === 'placed') await takeBack",
      replace: "if (begun.kind !== 'placed') await takeBack",
      suites: ['api'],
    },
    {
      name: 'new orders wait for a rollout that does not answer (RO10)',
      file: 'durable-objects/rollout-desk.ts',
      find: "    logWarning('rollout-silent', {}, error)",
      replace: '    throw error',
      suites: ['api'],
    },
    {
      name: 'new orders begin on what is new, whatever the rollout says',
      file: 'durable-objects/order-requests.ts',
      find: 'this.#process.definitionOf(placement.definition)',
      replace: 'this.#process.definitionOf({ ...placement.definition, version: 2 })',
      suites: ['integration'],
    },
    {
      name: 'nobody tells the rollout how orders end',
      file: 'worker/saga-log/rests.ts',
      find: 'rests.length === 0 ||',
      replace: 'rests.length > 0 ||',
      suites: ['api', 'integration'],
    },
    {
      name: 'orders that were called off count against a version',
      file: 'worker/saga-log/rests.ts',
      find: "const CALLED_OFF = ['cancelled', 'stopped-by-operator']",
      replace: "const CALLED_OFF = ['']",
      suites: ['api'],
    },
  ],
}
