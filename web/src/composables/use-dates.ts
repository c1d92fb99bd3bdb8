/** Days and times in the shopper's words. A delivery day is a calendar day, without a zone. */
import { useI18n } from 'vue-i18n'

export function useDates() {
  const { locale } = useI18n()
  const format = (options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat(locale.value, options)

  const ofDay = (day: string, options: Intl.DateTimeFormatOptions): string => {
    const date = new Date(`${day}T00:00:00Z`)
    return Number.isNaN(date.getTime()) ? day : format({ ...options, timeZone: 'UTC' }).format(date)
  }

  const ofSeconds = (ms: number): string =>
    new Intl.NumberFormat(locale.value, {
      style: 'unit',
      unit: 'second',
      unitDisplay: 'short',
      maximumFractionDigits: ms < 1_000 ? 2 : 1,
    }).format(ms / 1_000)

  return {
    seconds: ofSeconds,
    day: (day: string) => ofDay(day, { weekday: 'long', day: 'numeric', month: 'long' }),
    weekday: (day: string) => ofDay(day, { weekday: 'short' }),
    dayAndMonth: (day: string) => ofDay(day, { day: 'numeric', month: 'short' }),
    date: (instant: string) => format({ dateStyle: 'medium' }).format(new Date(instant)),
    dateTime: (instant: string) =>
      format({ dateStyle: 'medium', timeStyle: 'short' }).format(new Date(instant)),
    time: (instant: string) => format({ timeStyle: 'medium' }).format(new Date(instant)),
  }
}
