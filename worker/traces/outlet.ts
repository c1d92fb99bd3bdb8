/** Says to the queue of traces what the saga log has just been told, if anybody wants traces. */
import { logError } from '../../durable-objects/log.ts'
import type { SagaLogMessage } from '../../durable-objects/saga-log/message.ts'
import { type TraceMessage, traceMessageOf } from './message.ts'
import { type TraceVars, traceSettings } from './settings.ts'

export type TracesOutlet = TraceVars & { TRACES: Pick<Queue<TraceMessage>, 'send'> }

/** What was last complained of: one line for each isolate, not for each order. */
let faultTold = ''

/** Rejects if the queue refuses. Nothing is sent where nothing has ended. */
export async function offerTraces(
  reports: readonly SagaLogMessage[],
  env: TracesOutlet,
): Promise<void> {
  const settings = traceSettings(env)
  if (settings.kind === 'faulty' && settings.fault !== faultTold) {
    faultTold = settings.fault
    logError('traces-misconfigured', { fault: settings.fault })
  }
  if (settings.kind !== 'on') return
  const message = traceMessageOf(reports)
  if (message) await env.TRACES.send(message)
}
