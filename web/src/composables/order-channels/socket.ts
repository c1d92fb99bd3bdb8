/** The reconnecting socket, behind the few words that the stream needs. */
import ReconnectingWebSocket, { CloseEvent as GivenUp } from 'partysocket/ws'
import type { ServerMessage } from '../../../../worker/api/contract.ts'
import { believe } from '../../api/believe.ts'
import { keepAlive } from '../keep-alive.ts'

export type OrderSocket = { close(): void }

type Options = {
  /** Asked anew for each connection. */
  url: () => Promise<string>
  onOpen: () => void
  /** There is no connection now. After the server's 1000 there is none again: what it said last may be lost. */
  onDown: () => void
  onMessage: (message: ServerMessage) => void
}

const CLOSED_FOR_GOOD = 1000
const DELAY_MS_MIN = 500
const DELAY_MS_SPREAD = 1_000
const DELAY_MS_MAX = 10_000

export function openOrderSocket({ url, onOpen, onDown, onMessage }: Options): OrderSocket {
  let isOver = false
  const socket = new ReconnectingWebSocket(url, [], {
    // By chance, so that all pages do not come back in the same instant after a deployment.
    minReconnectionDelay: DELAY_MS_MIN + Math.random() * DELAY_MS_SPREAD,
    maxReconnectionDelay: DELAY_MS_MAX,
    reconnectionDelayGrowFactor: 1.6,
    // The library's own event, of a connection that failed and it gave up, says 1000 as well.
    shouldReconnectOnClose(event) {
      isOver = event.code === CLOSED_FOR_GOOD && !(event instanceof GivenUp)
      return !isOver
    },
  })
  const letGo = keepAlive(socket, (text) => onMessage(believe<ServerMessage>(JSON.parse(text))))
  const close = () => {
    letGo()
    socket.close()
  }

  socket.addEventListener('open', () => onOpen())
  socket.addEventListener('error', () => {
    // Once there was a connection, it is closed as well.
    if (socket.url === '') onDown()
  })
  socket.addEventListener('close', () => {
    if (isOver) close()
    onDown()
  })
  return { close }
}
