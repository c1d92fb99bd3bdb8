/** Cloudflare's prices beyond what a plan includes, in dollars per million, late in 2026. */
export const USD_PER_MILLION = {
  workerRequest: 0.3,
  objectRequest: 0.15,
  /** Of an object's 128 MB: 12.50 per million GB-seconds. */
  objectSecond: 1.6,
  rowRead: 0.001,
  /** D1 and objects alike; setting an alarm is one. */
  rowWritten: 1,
  queueOperation: 0.4,
  workflowStep: 8,
} as const

export type Price = keyof typeof USD_PER_MILLION
