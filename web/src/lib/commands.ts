import { useEffect, useRef, useSyncExternalStore } from 'react'

/** Something a person can do here and now: shown in the palette, in the list of keys, and run by its keys. */
export type Command = {
  id: string
  label: string
  group: 'move' | 'conversation' | 'go' | 'view' | 'other'
  /** A single key (`j`, `?`), or a chord with Ctrl/Cmd (`mod+k`). */
  keys?: string
  run(): void
}

type Registered = Command & { order: number }
const registered = new Map<string, Registered>()
const listeners = new Set<() => void>()
let snapshot: readonly Registered[] = []
let counter = 0

/** Offers commands while the component is there. Their `run` is always the newest one. */
export function useCommands(commands: readonly Command[]): void {
  const newest = useRef(commands)
  newest.current = commands
  const signature = commands
    .map((each) => `${each.id}\t${each.label}\t${each.keys ?? ''}`)
    .join('\n')
  useEffect(() => {
    if (signature === '') return
    for (const { id, label, group, keys } of newest.current) {
      counter += 1
      const run = () => newest.current.find((each) => each.id === id)?.run()
      registered.set(id, { id, label, group, run, order: counter, ...(keys ? { keys } : {}) })
    }
    const ids = newest.current.map((each) => each.id)
    changed()
    return () => {
      for (const id of ids) registered.delete(id)
      changed()
    }
  }, [signature])
}

/** All commands on offer, in the order in which they came. */
export function useAllCommands(): readonly Command[] {
  return useSyncExternalStore(subscribe, () => snapshot)
}

/** Runs the command of a key press; true when there was one. Listen to it once, at the window. */
export function runKey(event: KeyboardEvent): boolean {
  if (event.defaultPrevented || event.isComposing) return false
  const key = nameOf(event)
  if (!key.startsWith('mod+') && isTyping(event.target)) return false
  if (document.querySelector('dialog[open], [role="menu"]:popover-open') && !key.startsWith('mod+'))
    return false
  const command = snapshot.find((each) => each.keys === key)
  // A held key may walk through a list; it must not do an act twice.
  if (!command || (event.repeat && command.group !== 'move')) return false
  event.preventDefault()
  command.run()
  return true
}

/** The name of a key press as commands write it: `mod+k`, `j`, `?`. */
export function nameOf(
  event: Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey'>,
): string {
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key
  if (event.altKey) return `alt+${key}`
  return event.ctrlKey || event.metaKey ? `mod+${key}` : key
}

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false
  return target.isContentEditable || target.matches('input, textarea, select')
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

function changed(): void {
  snapshot = [...registered.values()].sort((a, b) => a.order - b.order)
  for (const listener of listeners) listener()
}
