/**
 * Server-sent events: the browser's own EventSource, which is opened anew where it gives up, and where
 * nothing comes: a network may hold it open and keep what the server says.
 */
import type { OrderId } from '../../../../durable-objects/core/ids.ts'
import type { ServerMessage } from '../../../../worker/api/contract.ts'
import { believe } from '../../api/believe.ts'

export type EventStream = { close(): void }

type Options = {
  id: OrderId
  onOpen: () => void
  onDown: () => void
  onMessage: (message: ServerMessage) => void
}

const DELAY_MS_MIN = 5_000
const DELAY_MS_SPREAD = 5_000
/** The server says something every 15 s. */
const SILENT_MS_MAX = 40_000

/** It ends with the order: what has settled is not followed, and its server ends the stream. */
export function openEventStream({ id, onOpen, onDown, onMessage }: Options): EventStream {
  let timer: ReturnType<typeof setTimeout> | undefined
  let source = open()

  function expectMore(): void {
    clearTimeout(timer)
    timer = setTimeout(giveUp, SILENT_MS_MAX)
  }

  function heard(): void {
    expectMore()
    onOpen()
  }

  function giveUp(): void {
    source.close()
    onDown()
    openLater()
  }

  function open(): EventSource {
    const opened = new EventSource(`/api/orders/${id}/stream`)
    expectMore()
    opened.addEventListener('heartbeat', heard)
    opened.addEventListener('message', ({ data }: MessageEvent<string>) => {
      heard()
      onMessage(believe<ServerMessage>(JSON.parse(data)))
    })
    opened.addEventListener('error', () => {
      onDown()
      // A refusal ends it for good; a connection that was lost it makes again by itself.
      if (opened.readyState === EventSource.CLOSED) openLater()
    })
    return opened
  }

  function openLater(): void {
    clearTimeout(timer)
    timer = setTimeout(() => (source = open()), DELAY_MS_MIN + Math.random() * DELAY_MS_SPREAD)
  }

  return {
    close() {
      clearTimeout(timer)
      source.close()
    },
  }
}
