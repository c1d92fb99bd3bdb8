/**
 * The stand's Workers, with a meter in each that is the shop's: a module around the bundle of production,
 * which itself stays as it is.
 */
import type { V4WorkerOptions } from 'miniflare'
import { inProject } from '../../../scripts/local/project.ts'
import { productionBundle } from '../../support/production-bundle.ts'
import { LISTENING, MAIN_WORKER } from '../stand-workers.ts'
import type { Metered } from './meter/meter.ts'

export const METER_READER = 'bench-meter'
const METER_ENTRYPOINT = 'BenchMeter'
const ORDER_OBJECT = 'OrderSaga'
const METER_FOLDER = inProject('test', 'bench', 'cost', 'meter')

const isOfShop = ({ name }: V4WorkerOptions): boolean => name?.startsWith(MAIN_WORKER) ?? false

type Exports = { objects: string[]; entrypoints: string[] }

export function meteredWorkers(workers: V4WorkerOptions[]): V4WorkerOptions[] {
  const meter = productionBundle(`${METER_FOLDER}/meter.ts`)
  const names = workers.filter(isOfShop).flatMap(({ name }) => name ?? [])
  return [
    ...workers.map((worker) =>
      isOfShop(worker) ? metered(worker, entrypointsOf(worker, workers), meter) : worker,
    ),
    reader(names),
  ]
}

function metered(worker: V4WorkerOptions, entrypoints: string[], meter: string): V4WorkerOptions {
  if (!('script' in worker) || typeof worker.script !== 'string') {
    throw new Error(`${worker.name} is not one script`)
  }
  const { script, ...options } = worker
  const bindings: Metered = {
    databases: Object.keys(worker.d1Databases ?? {}),
    queues: Object.keys(worker.queueProducers ?? {}),
  }
  const wrapper = wrapperOf(bindings, { objects: objectsOf(worker), entrypoints })
  return {
    ...options,
    modulesRoot: '/',
    modules: [
      { type: 'ESModule', path: '/index.js', contents: wrapper },
      { type: 'ESModule', path: '/production.js', contents: script },
      { type: 'ESModule', path: '/meter.js', contents: meter },
    ],
  }
}

/** Classes of objects that this Worker defines, and does not only bind. */
const objectsOf = ({ durableObjects = {} }: V4WorkerOptions): string[] =>
  Object.values(durableObjects).flatMap((object) => {
    if (typeof object === 'string') return [object]
    return object.scriptName === undefined ? [object.className] : []
  })

/** By which other Workers call this one. */
const entrypointsOf = ({ name }: V4WorkerOptions, workers: V4WorkerOptions[]): string[] => [
  ...new Set(
    workers
      .flatMap(({ serviceBindings = {} }) => Object.values(serviceBindings))
      .flatMap((service) =>
        typeof service === 'object' && 'name' in service && service.name === name
          ? (service.entrypoint ?? [])
          : [],
      ),
  ),
]

const wrapperOf = (bindings: Metered, { objects, entrypoints }: Exports): string => `
import { WorkerEntrypoint } from 'cloudflare:workers'
import * as production from './production.js'
import { Meter } from './meter.js'

const meter = new Meter(${JSON.stringify(bindings)})

export default meter.handlers(production.default)
${objects
  .map(
    (name) => `
export class ${name} extends production.${name} {
  constructor(ctx, env) {
    meter.beforeObject(ctx, env)
    super(ctx, env)
  }
}
meter.countCalls(${name}.prototype, '${name === ORDER_OBJECT ? 'object' : 'breaker'} requests')`,
  )
  .join('')}
${entrypoints
  .map(
    (name) => `
export class ${name} extends production.${name} {
  constructor(ctx, env) {
    meter.bindings(env)
    super(ctx, env)
  }
  async execute(command) {
    await meter.gate.passed()
    return super.execute(command)
  }
}`,
  )
  .join('')}

export class ${METER_ENTRYPOINT} extends WorkerEntrypoint {
  read() {
    return meter.read()
  }
  shut(isShut) {
    meter.gate.shut(isShut)
  }
}
`

const reader = (names: string[]): V4WorkerOptions => ({
  ...LISTENING,
  name: METER_READER,
  modules: true,
  script: productionBundle(`${METER_FOLDER}/reader.ts`),
  compatibilityDate: '2026-09-01',
  serviceBindings: Object.fromEntries(
    names.map((name) => [name, { name, entrypoint: METER_ENTRYPOINT }]),
  ),
})
