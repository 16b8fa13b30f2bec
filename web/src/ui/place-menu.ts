const GAP = 4
const EDGE = 8
const WIDEST = 288

/** Puts a menu below its button, or above where there is more room, and never over the window's edge. */
export function placeMenu(
  menu: HTMLElement,
  anchor: Element | null | undefined,
  align: 'start' | 'end',
): void {
  if (!anchor) return
  const box = anchor.getBoundingClientRect()
  const { innerWidth, innerHeight } = window
  const below = innerHeight - box.bottom - GAP - EDGE
  const above = box.top - GAP - EDGE
  const down = below >= 260 || below >= above
  menu.style.top = down ? `${box.bottom + GAP}px` : 'auto'
  menu.style.bottom = down ? 'auto' : `${innerHeight - box.top + GAP}px`
  menu.style.maxHeight = `${down ? below : above}px`
  const fromLeft = align === 'start' || box.right < WIDEST
  menu.style.left = fromLeft
    ? `${Math.max(EDGE, Math.min(box.left, innerWidth - WIDEST - EDGE))}px`
    : 'auto'
  menu.style.right = fromLeft ? 'auto' : `${Math.max(EDGE, innerWidth - box.right)}px`
}
