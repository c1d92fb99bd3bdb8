/** The operators' routes for webhooks. */
import type {
  DeliveryList,
  DeliveryView,
  EndpointList,
  EndpointView,
  EndpointWithSecret,
  ReplayReport,
} from '../../../../worker/api/ops/webhooks/contract.ts'
import { type Signed, askAsOperator, post, withQuery } from './as-operator.ts'

const pathOf = (id: string) => `webhooks/${encodeURIComponent(id)}`

export const listWebhooks = async () => (await askAsOperator<EndpointList>('webhooks')).webhooks
export const readWebhook = (id: string) => askAsOperator<EndpointView>(pathOf(id))
export const registerWebhook = (url: string, signed: Signed) =>
  post<EndpointWithSecret>('webhooks', { ...signed, url })
export const changeWebhook = (id: string, status: 'active' | 'paused', signed: Signed) =>
  askAsOperator<EndpointView>(pathOf(id), { method: 'PATCH', body: { ...signed, status } })
export const removeWebhook = (id: string, signed: Signed) =>
  askAsOperator<undefined>(withQuery(pathOf(id), signed), { method: 'DELETE' })
export const replaceSecret = (id: string, signed: Signed) =>
  post<EndpointWithSecret>(`${pathOf(id)}/secret`, signed)

export type DeliveryQuery = { status?: string | undefined; after?: string | undefined }
export const listDeliveries = (id: string, query: DeliveryQuery) =>
  askAsOperator<DeliveryList>(withQuery(`${pathOf(id)}/deliveries`, query))
export const sendTest = (id: string) => post<DeliveryView>(`${pathOf(id)}/test`)
export const replayDelivery = (id: string, eventId: string, signed: Signed) =>
  post<DeliveryView>(`${pathOf(id)}/deliveries/${encodeURIComponent(eventId)}/replay`, signed)
export const replayDead = (id: string, signed: Signed) =>
  post<ReplayReport>(`${pathOf(id)}/replay`, signed)
