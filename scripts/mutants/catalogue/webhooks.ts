/** Bugs in what endpoints are told, and how it reaches them. */
import type { Theme } from '../mutant.ts'

export const WEBHOOKS: Theme = {
  title: 'Webhooks',
  mutants: [
    {
      name: 'a late or doubled message delivers again (V1)',
      file: 'worker/webhooks/store.ts',
      find: "    and webhook_delivery.attempt = m.value->>'attempt'\n",
      replace: '',
      suites: ['integration', 'api'],
    },
    {
      name: 'an event that is told again fails the batch of the log (S5)',
      file: 'worker/webhooks/store.ts',
      find: '  on conflict (endpoint_id, event_id) do nothing\n',
      replace: '',
      suites: ['api'],
    },
    {
      name: 'what a lost journal tells of late is told to endpoints (S5)',
      file: 'worker/webhooks/store.ts',
      find: "i.epoch = v.value->>'epoch'",
      replace: "i.epoch >= v.value->>'epoch'",
      suites: ['api'],
    },
    {
      name: 'what is due is sent again by each sweep',
      file: 'worker/webhooks/store.ts',
      find: 'update webhook_delivery set next_at_ms = ?2\n',
      replace: 'update webhook_delivery set next_at_ms = min(next_at_ms, ?2)\n',
      suites: ['api'],
    },
    {
      name: 'an endpoint that asks to be left alone is not',
      file: 'worker/webhooks/backoff.ts',
      find: 'Math.max(ownMs, Math.min(askedMs, ASKED_MS_MAX))',
      replace: 'ownMs',
      suites: ['api'],
    },
    {
      name: 'an address that was left takes its endpoint with it (V3)',
      file: 'worker/webhooks/store.ts',
      find: 'and url = ?2',
      replace: 'and ?2 is not null',
      suites: ['api'],
    },
    {
      name: 'of two secrets made at once one never signs',
      file: 'worker/webhooks/endpoint-store.ts',
      find: 'and(eq(webhookEndpoint.id, id), eq(webhookEndpoint.secret, before.secret))',
      replace: 'and(eq(webhookEndpoint.id, id))',
      suites: ['api'],
    },
    {
      name: 'the time of sending is not signed',
      file: 'worker/webhooks/signature.ts',
      find: 'sign(id, new Date(nowMs), payload)',
      replace: 'sign(id, new Date(0), payload)',
      suites: ['integration', 'api'],
    },
  ],
}
