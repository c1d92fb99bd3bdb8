/** A part of an address as text: it may be missing, or be there several times. */
type Part = string | null | undefined

export const textOf = (part: Part | Part[]): string =>
  ((Array.isArray(part) ? part[0] : part) ?? '').trim()
