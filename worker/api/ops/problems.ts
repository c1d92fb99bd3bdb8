/** What only operators are told. A part of the catalogue in ../problems.ts, with its rules. */
export const OPERATING_PROBLEMS = {
  'saga-not-found': {
    status: 404,
    title: 'There is no such saga',
    why: 'No order object has a journal under this id.',
    fix:
      '`GET /api/ops/sagas` has those that there are. Where `detail` says that the journal was ' +
      'lost, restore it.',
  },
  'saga-ended': {
    status: 409,
    title: 'The saga is over',
    why: 'It has completed, or all that it did is compensated. Nothing of it can be changed.',
    fix: 'Nothing is left to do. A completed order can be returned.',
  },
  'step-not-parked': {
    status: 409,
    title: 'The step is not parked',
    why: 'There is no such step, or it is under way or done: perhaps by the same request before.',
    fix: '`current.steps` says where each step stands.',
  },
  'not-skippable': {
    status: 409,
    title: 'The step cannot be skipped',
    why: 'Only a compensation, or a step after the pivot, can be done without.',
    fix: 'Retry it.',
  },
  'pivot-sent': {
    status: 409,
    title: 'It is too late to call the saga off',
    why: 'Its pivot was sent, which may be past return; or it is being compensated already.',
    fix: 'Let it end. A completed order can be returned.',
  },
  'nothing-to-resume': {
    status: 409,
    title: 'Nothing waits',
    why: 'No step of the saga waits for an answer or for its domain.',
    fix: 'Retry or skip what waits for an operator: `current.steps` has it.',
  },
  'not-lost': {
    status: 409,
    title: 'The object has its journal',
    why: 'Only a lost journal is restored: where there is one, it is the truth.',
    fix: '`…/resume` sets it going; `/api/ops/saga-log/rebuild` completes its copy in D1.',
  },
  'not-restorable': {
    status: 409,
    title: 'The saga log has no beginning of this order',
    why: 'What D1 has of it does not start with its first transition, or is of another order.',
    fix: "Bring the log's database back to an earlier time (D1 Time Travel), then repeat.",
  },
  'changed-since': {
    status: 412,
    title: 'It has been changed since',
    why: 'Somebody has decided otherwise since you saw it: it is not as If-Match says. `detail` has who, and why.',
    fix: 'Look at it as it is now. If the change is still wanted, make it again with the new `etag`.',
  },
  'dead-letter-not-found': {
    status: 404,
    title: 'There is no such dead letter',
    why: 'No message with this id ran out of deliveries.',
    fix: '`GET /api/ops/dead-letters` has those that there are.',
  },
  'not-replayable': {
    status: 409,
    title: 'The message cannot be sent again',
    why:
      'It cannot be read, was not kept whole, is for no step that is known here, is a charge, or an ' +
      'operator has given its step up.',
    fix:
      '`detail` says which. Resume its saga instead, or retry the step if it is parked; what was given ' +
      'up is put right by other means.',
  },
  'traces-off': {
    status: 409,
    title: 'Traces are sent nowhere',
    why: 'No endpoint is set, or what is set is wrong; `detail` says so then.',
    fix: 'Set `OTEL_EXPORTER_OTLP_ENDPOINT` of the main Worker, and repeat.',
  },
  'webhook-not-found': {
    status: 404,
    title: 'There is no such webhook',
    why: 'No endpoint is registered under this id, or it was removed.',
    fix: '`GET /api/ops/webhooks` has those that there are.',
  },
  'webhook-exists': {
    status: 409,
    title: 'The URL is registered already',
    why: 'One URL is one endpoint: perhaps the same request was sent before. `detail` has its id.',
    fix: 'Change that one; if its secret was never seen, replace it (`POST …/secret`).',
  },
  'too-many-webhooks': {
    status: 409,
    title: 'There are too many webhooks',
    why: 'At most 20 endpoints can be registered.',
    fix: 'Remove one, or have one receiver pass events on.',
  },
  'webhook-not-active': {
    status: 409,
    title: 'The webhook is not active',
    why: 'It was paused, or its endpoint answered 410. Nothing is sent to it.',
    fix: 'Make it active first: `PATCH` with `"status": "active"`.',
  },
  'webhook-not-removed': {
    status: 409,
    title: 'The webhook is not quite removed',
    why: 'It had more deliveries than are forgotten at once. Nothing is sent to it any more.',
    fix: 'Repeat the request until it is removed.',
  },
  'delivery-not-found': {
    status: 404,
    title: 'There is no such delivery',
    why: 'The endpoint was never to be sent an event with this id.',
    fix: '`GET …/deliveries` has those that there are.',
  },
  'faults-not-available': {
    status: 404,
    title: 'This domain commits no faults',
    why: 'It runs a production bundle, from which the faults are left out.',
    fix: 'Run it with `wrangler dev`.',
  },
} as const
