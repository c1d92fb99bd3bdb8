/**
 * Any interleaving of openings, losses, silences and repeats: the page is never without a way to hear
 * of its order, ends at the newest version that arrived, and never goes back.
 */
import fc from 'fast-check'
import { expect, it } from 'vitest'
import {
  type ChannelEvent,
  type Channels,
  NO_CHANNEL,
  afterEvent,
  connectionOf,
  wantsAnswers,
  wantsEvents,
} from '../../web/src/composables/order-channels/choice.ts'
import { type ShopState, knownOrder } from '../../web/src/stores/shop-state/model.ts'
import { orderId, serverOrder } from './support/orders.ts'
import { emptyShop, orderSeen, play } from './support/shop-events.ts'

const id = orderId(7)
const wish = { id, lines: [{ sku: 'MUG', quantity: 1 }] }

const channelEvents = fc.constantFrom<ChannelEvent>(
  'socket-open',
  'socket-down',
  'socket-late',
  'events-open',
  'events-down',
  'answered',
  'unanswered',
)

const hears = (channels: Channels): boolean =>
  channels.isSocketOpen || channels.areEventsOpen || wantsAnswers(channels)

it('C1, C3: there is always a channel that is open, or the page asks', () => {
  fc.assert(
    fc.property(fc.array(channelEvents), (events) => {
      const channels = events.reduce(afterEvent, NO_CHANNEL)
      expect(hears(channels)).toBe(true)
      expect(connectionOf(channels) === 'live').toBe(!wantsAnswers(channels))
      if (channels.isSocketOpen) expect(wantsEvents(channels)).toBe(false)
    }),
  )
})

it('C2: a socket that fails twice, or is late, is helped out until it opens', () => {
  fc.assert(
    fc.property(fc.array(channelEvents), (events) => {
      const before = events.reduce(afterEvent, NO_CHANNEL)
      const down: ChannelEvent[] = ['socket-down', 'socket-down']
      expect(wantsEvents(down.reduce(afterEvent, before))).toBe(true)
      expect(wantsEvents(afterEvent(before, 'socket-late'))).toBe(!before.isSocketOpen)
      expect(wantsEvents(afterEvent(before, 'socket-open'))).toBe(false)
    }),
  )
})

type Told = { epoch: number; version: number }
const rank = ({ epoch, version }: Told): number => epoch * 100 + version

it('C4: what arrives in any order, and twice, ends at the newest of it, and never goes back', () => {
  const told = fc.record({ epoch: fc.integer({ min: 1, max: 3 }), version: fc.nat(12) })
  fc.assert(
    fc.property(fc.array(told, { minLength: 1 }), (messages) => {
      const shown: number[] = []
      messages.reduce<ShopState>((state, { epoch, version }) => {
        const order = serverOrder(wish, { epoch, version })
        const next = play(state, orderSeen(order))
        const seen = knownOrder(next, id)
        if (seen) shown.push(rank(seen))
        return next
      }, emptyShop())
      expect(shown).toEqual(shown.toSorted((a, b) => a - b))
      expect(shown.at(-1)).toBe(Math.max(...messages.map(rank)))
    }),
  )
})
