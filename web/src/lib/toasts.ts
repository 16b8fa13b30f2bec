import { useSyncExternalStore } from 'react'

export type Toast = {
  id: number
  text: string
  tone: 'plain' | 'problem'
  action?: { label: string; run(): void }
}

let toasts: readonly Toast[] = []
let counter = 0
const listeners = new Set<() => void>()

/** Says something at the edge of the window for a while, with one thing to do about it at most. */
export function toast(text: string, options: Partial<Pick<Toast, 'tone' | 'action'>> = {}): void {
  counter += 1
  const { tone = 'plain', action } = options
  // Three at most: older ones were read or never will be.
  toasts = [...toasts.slice(-2), { id: counter, text, tone, ...(action ? { action } : {}) }]
  changed()
}

export function dismissToast(id: number): void {
  toasts = toasts.filter((each) => each.id !== id)
  changed()
}

export function useToasts(): readonly Toast[] {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => toasts,
  )
}

function changed(): void {
  for (const listener of listeners) listener()
}
