/**
 * Where the browser remembers basket and pending operations. One key, so that a crash never
 * leaves an order's lines both in the basket and in an operation.
 */
import { type Local, emptyLocal } from './model.ts'

const KEY = 'edge-saga.local.v1'

export function loadLocal(): Local {
  return parse(localStorage.getItem(KEY))
}

export function saveLocal(local: Local): void {
  localStorage.setItem(KEY, JSON.stringify(local))
}

/** Calls back when another tab has saved. Returns how to stop. */
export function onSavedElsewhere(callback: (local: Local) => void): () => void {
  const listener = (event: StorageEvent) => {
    if (event.key === KEY) callback(parse(event.newValue))
  }
  window.addEventListener('storage', listener)
  return () => window.removeEventListener('storage', listener)
}

function parse(text: string | null): Local {
  if (text === null) return emptyLocal()
  try {
    const value: unknown = JSON.parse(text)
    return isLocal(value) ? value : emptyLocal()
  } catch {
    // Not written by us; an empty basket is all that can be made of it.
    return emptyLocal()
  }
}

function isLocal(value: unknown): value is Local {
  if (typeof value !== 'object' || value === null) return false
  const { basket, operations, refusals } = value as Partial<Record<keyof Local, unknown>>
  return Array.isArray(basket) && Array.isArray(operations) && Array.isArray(refusals)
}
