/** What only operators are told. A part of the catalogue in ../problems.ts, with its rules. */
export const OPERATING_PROBLEMS = {
  'saga-not-found': {
    status: 404,
    title: 'There is no such saga',
    why: 'No order object has a journal under this id.',
    fix: '`GET /api/ops/sagas` has those that there are.',
  },
  'faults-not-available': {
    status: 404,
    title: 'This domain commits no faults',
    why: 'It runs a production bundle, from which the faults are left out.',
    fix: 'Run it with `wrangler dev`.',
  },
} as const
