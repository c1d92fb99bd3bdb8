/** Where the focus goes when what had it is gone. */

/** A screen reader then reads the heading of the page. */
export function focusHeading(): void {
  document.querySelector<HTMLElement>('[data-route-focus]')?.focus({ preventScroll: true })
}

/** Past what all pages have. The address stays as it is: it may hold the key of an order. */
export function focusContent(): void {
  document.querySelector('main')?.focus()
}

/** Once it, and what is wrong in it, is shown: to its first error, or else to its first field. */
export function focusForm(form: HTMLElement | null): void {
  const error = form?.querySelector<HTMLElement>('[aria-invalid="true"]')
  const field = form?.querySelector<HTMLElement>(':is(input, select):not(:disabled)')
  const wanted = error ?? field
  wanted?.focus()
}

/** To the control that removes this line of the basket; without a line, to the heading. */
export function focusLine(sku: string | undefined): void {
  const line = sku === undefined ? null : `[data-sku="${CSS.escape(sku)}"] [data-line-focus]`
  const control = line === null ? null : document.querySelector<HTMLElement>(line)
  if (control) control.focus()
  else focusHeading()
}
