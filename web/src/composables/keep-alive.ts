/** A connection that a network has silently dropped shows by this alone: nobody answers. */
import type ReconnectingWebSocket from 'partysocket/ws'

const PING_EVERY_MS = 25_000
const PONG = 'pong'

/**
 * Asks every 25 s, and connects anew where the last question has no answer. `onText` gets all other text.
 * Returns how to stop.
 */
export function keepAlive(
  socket: ReconnectingWebSocket,
  onText: (text: string) => void,
): () => void {
  let isAnswered = true
  const timer = setInterval(() => {
    if (socket.readyState !== socket.OPEN) return
    if (!isAnswered) return socket.reconnect()
    isAnswered = false
    socket.send('ping')
  }, PING_EVERY_MS)
  socket.addEventListener('open', () => {
    isAnswered = true
  })
  socket.addEventListener('message', ({ data }) => {
    isAnswered = true
    if (typeof data === 'string' && data !== PONG) onText(data)
  })
  return () => clearInterval(timer)
}
