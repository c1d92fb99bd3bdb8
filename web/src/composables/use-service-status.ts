/** Which services are out of order: told by socket, and asked for while there is none. */
import ReconnectingWebSocket from 'partysocket/ws'
import { computed, onScopeDispose, ref } from 'vue'
import type { ServiceStatus, StatusMessage } from '../../../worker/api/status-contract.ts'
import { believe } from '../api/believe.ts'
import { readStatus } from '../api/shop-api.ts'
import { keepAlive } from './keep-alive.ts'

const ASK_EVERY_MS = 30_000
const DELAY_MS_MIN = 1_000
const DELAY_MS_SPREAD = 4_000
const DELAY_MS_MAX = 60_000

export function useServiceStatus() {
  const services = ref<ServiceStatus['services']>([])
  const socket = new ReconnectingWebSocket(urlOf(window.location), [], {
    // By chance, so that all pages do not come back in the same instant after a deployment.
    minReconnectionDelay: DELAY_MS_MIN + Math.random() * DELAY_MS_SPREAD,
    maxReconnectionDelay: DELAY_MS_MAX,
  })
  const letGo = keepAlive(socket, (text) => {
    services.value = believe<StatusMessage>(JSON.parse(text)).services
  })

  async function ask(): Promise<void> {
    if (socket.readyState === ReconnectingWebSocket.OPEN) return
    try {
      services.value = (await readStatus()).services
    } catch {
      // The whole shop does not answer; other parts of the page say so.
    }
  }
  const timer = setInterval(() => void ask(), ASK_EVERY_MS)
  onScopeDispose(() => {
    clearInterval(timer)
    letGo()
    socket.close()
  })

  /** Half-open counts: it is not known yet whether it works again. */
  const outOfOrder = computed(() =>
    services.value.filter(({ state }) => state !== 'closed').map(({ service }) => service),
  )
  return { services, outOfOrder }
}

const urlOf = ({ protocol, host }: Location): string =>
  `${protocol === 'https:' ? 'wss' : 'ws'}://${host}/api/status/socket`
