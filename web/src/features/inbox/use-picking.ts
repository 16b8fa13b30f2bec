import { useMemo, useRef, useState } from 'react'

/** The conversations picked for one act on all of them. */
export type Picking = {
  picked: ReadonlySet<string>
  /** Whether the reader may act on any. */
  may: boolean
  toggle(id: string): void
  /** Picks all from the one picked last up to this one. */
  extend(id: string): void
  clear(): void
}

/** Rows that left the list are picked no more: nobody acts on what is not in sight. */
export function usePicking(
  items: readonly { id: string }[],
  open: string | undefined,
  may: boolean,
): Picking {
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set())
  const last = useRef<string>(undefined)
  const picked = useMemo(
    () => new Set(items.map(({ id }) => id).filter((id) => chosen.has(id))),
    [items, chosen],
  )
  return {
    picked,
    may,
    toggle(id) {
      last.current = id
      const next = new Set(picked)
      if (!next.delete(id)) next.add(id)
      setChosen(next)
    },
    extend(id) {
      const ids = between(
        items.map((item) => item.id),
        last.current ?? open,
        id,
      )
      last.current = id
      setChosen(new Set([...picked, ...ids]))
    },
    clear: () => setChosen(new Set()),
  }
}

/** All ids from one to the other, in the list's order, both with them. Pure. */
export function between(ids: readonly string[], from: string | undefined, to: string): string[] {
  const end = ids.indexOf(to)
  const begin = from === undefined ? end : ids.indexOf(from)
  if (end < 0) return []
  if (begin < 0) return [to]
  return ids.slice(Math.min(begin, end), Math.max(begin, end) + 1)
}
