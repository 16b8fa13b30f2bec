import { Check } from 'lucide-react'
import {
  type ComponentProps,
  cloneElement,
  type KeyboardEvent,
  type ReactElement,
  type ReactNode,
  useEffect,
  useId,
  useRef,
  useState,
} from 'react'
import { flushSync } from 'react-dom'
import { classes } from './classes.ts'
import { placeMenu } from './place-menu.ts'

const row =
  'flex min-h-8 w-full items-center gap-2 rounded px-2 py-1 text-left text-sm text-text outline-none focus:bg-hover disabled:text-text-3'

/**
 * A menu under a button, on the browser's own popover: it closes on Escape and on a press elsewhere and
 * gives the focus back by itself. (Radix's menu costs 25 kB compressed, an eighth of what the inbox may
 * load, and its modal form adds a style element that the content security policy refuses.)
 */
export function Menu({
  trigger,
  children,
  open,
  onOpenChange,
  align = 'start',
}: {
  trigger: ReactElement<ComponentProps<'button'>>
  children: ReactNode
  /** To open it from elsewhere, by a key. */
  open?: boolean
  onOpenChange?(open: boolean): void
  align?: 'start' | 'end'
}) {
  const id = useId()
  const menu = useRef<HTMLDivElement>(null)
  const button = useRef<HTMLSpanElement>(null)
  const [shown, setShown] = useState(false)
  useEffect(() => {
    if (open && !menu.current?.matches(':popover-open')) menu.current?.showPopover()
  }, [open])

  return (
    <>
      <span ref={button} className="contents">
        {cloneElement(trigger, {
          popoverTarget: id,
          'aria-haspopup': 'menu',
          'aria-expanded': shown,
        })}
      </span>
      <div
        ref={menu}
        id={id}
        popover="auto"
        role="menu"
        tabIndex={-1}
        onKeyDown={(event) => moveFocus(event, itemsOf(menu.current))}
        onBeforeToggle={(event) => {
          const opens = event.newState === 'open'
          // Before it is painted, so that it never flashes empty or elsewhere.
          if (opens && menu.current)
            placeMenu(menu.current, button.current?.firstElementChild, align)
          flushSync(() => setShown(opens))
        }}
        onToggle={(event) => {
          const opens = event.newState === 'open'
          onOpenChange?.(opens)
          const items = itemsOf(menu.current)
          if (opens) (items.find((item) => item.ariaChecked === 'true') ?? items[0])?.focus()
        }}
        className="appear inset-auto m-0 max-w-72 min-w-44 overflow-y-auto rounded-lg border border-line bg-raised p-1 text-text shadow-2 outline-none"
      >
        {shown && children}
      </div>
    </>
  )
}

export function MenuItem({ onSelect, children }: { onSelect(): void; children: ReactNode }) {
  return (
    <button
      type="button"
      role="menuitem"
      tabIndex={-1}
      className={row}
      onClick={(event) => choose(event.currentTarget, onSelect)}
    >
      {children}
    </button>
  )
}

/** One of several, the chosen one marked. */
export function MenuChoice({
  chosen,
  onSelect,
  children,
}: {
  chosen: boolean
  onSelect(): void
  children: ReactNode
}) {
  return (
    <button
      type="button"
      role="menuitemcheckbox"
      aria-checked={chosen}
      tabIndex={-1}
      className={row}
      onClick={(event) => choose(event.currentTarget, onSelect)}
    >
      <span className="flex min-w-0 flex-1 items-center gap-2">{children}</span>
      <Check
        size={14}
        aria-hidden
        className={classes('shrink-0', chosen ? 'text-accent-text' : 'invisible')}
      />
    </button>
  )
}

export function MenuHeading({ children }: { children: ReactNode }) {
  return <div className="px-2 pt-1.5 pb-1 text-xs font-medium text-text-3">{children}</div>
}

export function MenuLine() {
  return <hr className="mx-1 my-1 border-line" />
}

function choose(item: HTMLElement, onSelect: () => void): void {
  const menu = item.closest('[popover]')
  if (menu instanceof HTMLElement) menu.hidePopover()
  onSelect()
}

function itemsOf(menu: HTMLElement | null): HTMLElement[] {
  return [...(menu?.querySelectorAll<HTMLElement>('[role^="menuitem"]') ?? [])]
}

/** Arrows, Home and End walk through the items; a letter jumps to the next one that begins with it. */
function moveFocus(event: KeyboardEvent, items: HTMLElement[]): void {
  const at =
    document.activeElement instanceof HTMLElement ? items.indexOf(document.activeElement) : -1
  const next = nextItem(event.key, at, items)
  if (!next) return
  event.preventDefault()
  next.focus()
}

function nextItem(key: string, at: number, items: HTMLElement[]): HTMLElement | undefined {
  switch (key) {
    case 'ArrowDown':
      return items[(at + 1) % items.length]
    case 'ArrowUp':
      return items.at(at <= 0 ? -1 : at - 1)
    case 'Home':
      return items[0]
    case 'End':
      return items.at(-1)
    default: {
      if (key.length !== 1 || key === ' ') return undefined
      const letter = key.toLowerCase()
      const after = [...items.slice(at + 1), ...items.slice(0, at + 1)]
      return after.find((item) => item.textContent.trim().toLowerCase().startsWith(letter))
    }
  }
}
