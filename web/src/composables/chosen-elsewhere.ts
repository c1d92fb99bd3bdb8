/** Calls `show` with what another tab has chosen under this key of localStorage. */
export function onChosenElsewhere(key: string, show: (value: string) => void): void {
  addEventListener('storage', ({ key: changed, newValue }) => {
    if (changed === key && newValue !== null) show(newValue)
  })
}
