/**
 * By which channel a page hears of its order: a socket, else server-sent events, else questions. Pure.
 *
 * C1. Something is always tried that is better than what works: the socket never stops reconnecting.
 * C2. Events are opened once the socket has failed twice, or has not opened in its time: some networks
 *     let no socket through, and say nothing.
 * C3. As long as neither is open, the page asks.
 * C4. Only one of them is listened to where the better one is open, but nothing depends on it: every
 *     message is the whole order, and an old one changes nothing.
 */

/** What a shopper is told of it. */
export type Connection = 'connecting' | 'live' | 'reconnecting' | 'polling' | 'closed'

export type Channels = {
  isSocketOpen: boolean
  areEventsOpen: boolean
  /** Of the socket, since it was open last. */
  failures: number
  /** There was a connection before. */
  wasLive: boolean
  /** The last question was answered. */
  isAnswered: boolean
}

export const NO_CHANNEL: Channels = {
  isSocketOpen: false,
  areEventsOpen: false,
  failures: 0,
  wasLive: false,
  isAnswered: false,
}

export type ChannelEvent =
  | 'socket-open'
  | 'socket-down'
  /** It has not opened in its time. */
  | 'socket-late'
  | 'events-open'
  | 'events-down'
  | 'answered'
  | 'unanswered'

const SOCKET_FAILURES_MAX = 2

export function afterEvent(channels: Channels, event: ChannelEvent): Channels {
  switch (event) {
    case 'socket-open':
      return { ...NO_CHANNEL, isSocketOpen: true, wasLive: true }
    case 'socket-down':
      return { ...channels, isSocketOpen: false, failures: channels.failures + 1 }
    case 'socket-late':
      return channels.isSocketOpen ? channels : { ...channels, failures: SOCKET_FAILURES_MAX }
    case 'events-open':
      return { ...channels, areEventsOpen: true, wasLive: true }
    case 'events-down':
      return { ...channels, areEventsOpen: false }
    case 'answered':
      return { ...channels, isAnswered: true }
    default:
      return { ...channels, isAnswered: false }
  }
}

/** C2. */
export const wantsEvents = ({ isSocketOpen, failures }: Channels): boolean =>
  !isSocketOpen && failures >= SOCKET_FAILURES_MAX

/** C3. */
export const wantsAnswers = ({ isSocketOpen, areEventsOpen }: Channels): boolean =>
  !isSocketOpen && !areEventsOpen

export function connectionOf(channels: Channels): Exclude<Connection, 'closed'> {
  if (!wantsAnswers(channels)) return 'live'
  if (channels.isAnswered && wantsEvents(channels)) return 'polling'
  return channels.wasLive || channels.failures > 0 ? 'reconnecting' : 'connecting'
}
