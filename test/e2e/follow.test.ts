/** An order followed by its link, on another device. */
import { expect, it } from 'vitest'
import { ADDRESS, PLENTIFUL, until } from '../support/orders.ts'
import { stepsOnPage, untilSettledOnPage } from '../support/order-page.ts'
import {
  CATALOGUE,
  SCREENS,
  addToBasket,
  card,
  fillCheckout,
  placeOrder,
} from '../support/visitor.ts'
import { useVisits } from '../support/visits.ts'

const visit = useVisits()

it.concurrent.each([
  ['desktop', 'phone'],
  ['phone', 'desktop'],
] as const)(
  'the link from a %s shows a %s the order to its end, and nothing to change it with',
  async (mine, theirs) => {
    const owner = await visit(SCREENS[mine])
    const other = await visit(SCREENS[theirs])
    // They have been here before, so the link opens while the order still moves.
    await Promise.all([owner.page.goto(CATALOGUE), other.page.goto(CATALOGUE)])
    await card(owner.page, PLENTIFUL).waitFor()
    await addToBasket(owner.page, PLENTIFUL)
    // Answers after 5 s: the other device sees the order move.
    await fillCheckout(owner.page, { card: 'tok_slow' })
    await placeOrder(owner.page)
    await owner.page.getByTestId('follow-link').click()
    const address = await owner.page.getByTestId('follow-address').inputValue()
    expect(address).toMatch(/\/follow\/ord_[0-9a-f]{32}#key=\S+$/)

    await other.page.goto(address)
    const status = other.page.getByTestId('order-status')
    await status.waitFor()
    expect(await status.getAttribute('data-settled')).toBe('false')
    expect(await untilSettledOnPage(other.page)).toBe('confirmed')
    await untilSettledOnPage(owner.page)
    expect(await stepsOnPage(other.page)).toEqual(await stepsOnPage(owner.page))

    const text = await other.page.locator('main').innerText()
    expect(text).toContain(ADDRESS.city)
    expect(text).not.toContain(ADDRESS.name)
    expect(text).not.toContain(ADDRESS.line1)
    expect(await other.page.locator('main').getByRole('button').count()).toBe(0)
    // By keyboard past the header: the address keeps its key.
    await other.page.locator('a[href="#content"]').focus()
    await other.page.keyboard.press('Enter')
    expect(await other.page.evaluate(() => document.activeElement?.tagName)).toBe('MAIN')
    expect(other.page.url()).toBe(address)
    // The key is in no address that was asked for.
    const key = new URL(address).hash.slice('#key='.length)
    expect(other.requests.filter((asked) => asked.includes(key))).toEqual([])
    expect(other.complaints).toEqual([])
    await Promise.all([owner.close(), other.close()])
  },
)

// Alone: all browsers of a machine share its clipboard.
it('the link is in the clipboard', async () => {
  const { page, close } = await visit()
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
  await page.goto(CATALOGUE)
  await card(page, PLENTIFUL).waitFor()
  await addToBasket(page, PLENTIFUL)
  await fillCheckout(page)
  await placeOrder(page)
  await page.getByTestId('follow-link').click()
  await page.getByRole('status').getByText('The link is copied').waitFor()
  const address = await page.getByTestId('follow-address').inputValue()
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(address)
  await close()
})

it('a link that was cut short: says so, and asks no more until it is mended', async () => {
  const { page, requests, close } = await visit()
  const address = `/follow/ord_${'0'.repeat(32)}#key=`
  const asked = () => requests.filter((path) => path.endsWith('/followed'))
  await page.goto(`${address}abc`)
  await page.getByText('This link opens no order').waitFor()
  expect(asked()).toHaveLength(1)
  // In the same tab: no document is loaded for it.
  await page.goto(`${address}abcd`)
  await until(async () => (asked().length === 2 ? true : null), {
    withinMs: 10_000,
    what: 'it is asked by the other link',
  })
  await close()
})
