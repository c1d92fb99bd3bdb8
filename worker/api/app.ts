/**
 * The API: one file per resource, put together here. Its types are those of the typed client
 * (`hc<Api>`), its document is `/api/openapi.json`.
 */
import { OpenAPIHono } from '@hono/zod-openapi'
import { methodNotAllowed } from 'hono/method-not-allowed'
import { requestId } from 'hono/request-id'
import { catalog } from './catalog.ts'
import { deliveryDays } from './delivery-days.ts'
import { devFaults } from './dev-faults.ts'
import { devScenarios } from './dev-scenarios.ts'
import { documentation } from './documentation/documentation.ts'
import { followOrder } from './following/follow-order.ts'
import { me } from './me.ts'
import { onError, onMethodNotAllowed, onNotFound, onParsed } from './on-error.ts'
import { audit } from './ops/audit.ts'
import { breakers } from './ops/breakers.ts'
import { deadLetters } from './ops/dead-letters.ts'
import { interventions } from './ops/interventions.ts'
import { rebuild } from './ops/rebuild.ts'
import { reminders } from './ops/reminders.ts'
import { rollout } from './ops/rollout.ts'
import { traces } from './ops/traces.ts'
import { sagas } from './ops/sagas.ts'
import { sweeps } from './ops/sweeps.ts'
import { webhookDeliveries } from './ops/webhooks/deliveries.ts'
import { webhooks } from './ops/webhooks/endpoints.ts'
import { changeOrder } from './orders/change-order.ts'
import { listOrders } from './orders/list-orders.ts'
import { orderSocket } from './orders/order-socket.ts'
import { orderStream } from './orders/order-stream.ts'
import { placeOrder } from './orders/place-order.ts'
import { readOrder } from './orders/read-order.ts'
import type { ApiContext } from './ports.ts'
import { quotes } from './quotes.ts'
import {
  limitedBody,
  noStore,
  requestContext,
  responseHeaders,
  sameOrigin,
} from './request-context.ts'
import { session } from './session/session.ts'
import { status } from './status.ts'

const base = new OpenAPIHono<ApiContext>({ defaultHook: onParsed })
base.onError(onError)
base.notFound(onNotFound)
base.use(requestId(), requestContext, responseHeaders, noStore)
base.use(methodNotAllowed({ app: base, onMethodNotAllowed }))
base.use('/api/*', sameOrigin, limitedBody)

export const app = base
  .route('/', session)
  .route('/', me)
  .route('/', catalog)
  .route('/', deliveryDays)
  .route('/', status)
  .route('/', quotes)
  .route('/', placeOrder)
  .route('/', listOrders)
  .route('/', readOrder)
  .route('/', changeOrder)
  .route('/', orderSocket)
  .route('/', orderStream)
  .route('/', followOrder)
  .route('/', sagas)
  .route('/', interventions)
  .route('/', deadLetters)
  .route('/', rebuild)
  .route('/', reminders)
  .route('/', traces)
  .route('/', sweeps)
  .route('/', audit)
  .route('/', breakers)
  .route('/', rollout)
  .route('/', webhooks)
  .route('/', webhookDeliveries)

export type Api = typeof app

// Replaced at build time: a deployed bundle has neither the routes nor their modules.
if (process.env.NODE_ENV !== 'production') app.route('/', devFaults()).route('/', devScenarios())

app.route('/', documentation(app))
