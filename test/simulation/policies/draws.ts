/** What chance is asked for. */
export const DRAW = {
  arrival: 1,
  coupon: 2,
  points: 3,
  declined: 4,
  service: 10,
  there: 11,
  back: 12,
  queue: 13,
  transient: 14,
  lost: 15,
  patience: 5,
  jitter: 20,
  isolate: 21,
  admission: 22,
} as const
