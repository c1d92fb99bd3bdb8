const DIGITS = 8

/** What a shopper reads out on the phone: the first digits of the order's id. */
export const shortOrderNumber = (id: string): string =>
  id.replace(/^ord_/, '').slice(0, DIGITS).toUpperCase()
