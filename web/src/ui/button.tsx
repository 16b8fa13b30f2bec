import type { ComponentProps, ReactNode } from 'react'
import { classes } from './classes.ts'

type Look = 'primary' | 'plain' | 'quiet' | 'danger'

const base =
  'inline-flex shrink-0 items-center justify-center gap-1.5 rounded-md font-medium whitespace-nowrap transition-colors duration-100 select-none disabled:opacity-55 aria-disabled:opacity-55'
const looks: Record<Look, string> = {
  primary: 'bg-accent text-on-accent hover:not-disabled:bg-accent-hover shadow-1',
  plain: 'bg-raised text-text border border-line hover:not-disabled:bg-hover shadow-1',
  quiet: 'text-text-2 hover:not-disabled:bg-hover hover:not-disabled:text-text',
  danger: 'bg-raised text-late border border-line hover:not-disabled:bg-late-soft shadow-1',
}
const sizes = { sm: 'h-7 px-2 text-xs', md: 'h-8 px-3 text-sm', lg: 'h-10 px-4 text-base' }

export type ButtonProps = ComponentProps<'button'> & {
  look?: Look
  size?: keyof typeof sizes
  /** The act is under way: the button keeps its place and takes no second press. */
  busy?: boolean
}

export function Button({
  look = 'plain',
  size = 'md',
  busy = false,
  className,
  ...rest
}: ButtonProps) {
  return (
    <button
      type="button"
      {...rest}
      disabled={rest.disabled || busy}
      aria-busy={busy || undefined}
      className={classes(base, looks[look], sizes[size], busy && 'cursor-progress', className)}
    />
  )
}

export function buttonLook(look: Look = 'plain', size: keyof typeof sizes = 'md'): string {
  return classes(base, looks[look], sizes[size])
}

/** A button that shows only an icon; its name is read out and shown on hover, with its key. */
export function IconButton({
  label,
  keys,
  className,
  children,
  ...rest
}: Omit<ComponentProps<'button'>, 'children'> & {
  label: string
  keys?: string
  children: ReactNode
}) {
  return (
    <button
      type="button"
      aria-label={label}
      aria-keyshortcuts={keys}
      title={keys ? `${label} (${keys})` : label}
      {...rest}
      className={classes(
        'inline-flex size-8 shrink-0 items-center justify-center rounded-md text-text-3 transition-colors duration-100 hover:not-disabled:bg-hover hover:not-disabled:text-text disabled:opacity-50',
        className,
      )}
    >
      {children}
    </button>
  )
}
