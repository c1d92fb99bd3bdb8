/** In which currency the shopper sees prices: what they chose, else that of where their browser is from. */
import { defineStore } from 'pinia'
import { ref } from 'vue'
import { browserMemory, onWrittenElsewhere } from '../composables/memory.ts'
import { type Currency, DEFAULT_CURRENCY, isCurrency } from '../../../worker/api/markets.ts'

const KEY = 'edge-saga.currency'

/** Where each is the money of the land; elsewhere prices are in USD. */
const REGIONS: readonly (readonly [currency: Currency, regions: readonly string[]])[] = [
  ['JPY', ['JP']],
  ['CNY', ['CN']],
  ['EUR', 'AT BE BG CY DE EE ES FI FR GR HR IE IT LT LU LV MT NL PT SI SK'.split(' ')],
]

/** `tags`: the browser's languages, the preferred one first. Only that one says where somebody is. */
export function currencyFor([preferred]: readonly string[]): Currency {
  if (preferred === undefined) return DEFAULT_CURRENCY
  const region = regionOf(preferred)
  return REGIONS.find(([, regions]) => regions.includes(region))?.[0] ?? DEFAULT_CURRENCY
}

/** Some browsers prefer what is no language tag: `en-US@posix`. */
function regionOf(tag: string): string {
  try {
    return new Intl.Locale(tag).maximize().region ?? ''
  } catch {
    return ''
  }
}

export const useMarket = defineStore('market', () => {
  const chosen = browserMemory.read(KEY) ?? ''
  const currency = ref<Currency>(isCurrency(chosen) ? chosen : currencyFor(navigator.languages))

  function choose(wanted: string): void {
    if (!isCurrency(wanted)) return
    currency.value = wanted
    browserMemory.write(KEY, wanted)
  }

  onWrittenElsewhere(KEY, (wanted) => {
    if (isCurrency(wanted)) currency.value = wanted
  })

  return { currency, choose }
})
