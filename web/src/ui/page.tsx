import type { ReactNode } from 'react'
import { classes } from './classes.ts'

/** A page that scrolls as a whole, with its heading. */
export function Page({
  title,
  intro,
  actions,
  children,
  wide = false,
}: {
  title: ReactNode
  intro?: ReactNode
  actions?: ReactNode
  children: ReactNode
  wide?: boolean
}) {
  return (
    <div className="h-full overflow-y-auto">
      <div
        className={classes(
          'mx-auto flex flex-col gap-6 px-4 py-6 md:px-8',
          wide ? 'max-w-5xl' : 'max-w-3xl',
        )}
      >
        <header className="flex flex-wrap items-start justify-between gap-3">
          <div className="flex flex-col gap-1">
            <h1 className="text-xl font-semibold tracking-tight">{title}</h1>
            {intro && <p className="max-w-prose text-sm text-text-3">{intro}</p>}
          </div>
          {actions}
        </header>
        {children}
      </div>
    </div>
  )
}

export function Card({ children, className }: { children: ReactNode; className?: string }) {
  return (
    <div className={classes('rounded-xl border border-line bg-surface shadow-1', className)}>
      {children}
    </div>
  )
}

export function Section({
  title,
  intro,
  actions,
  children,
}: {
  title: ReactNode
  intro?: ReactNode
  actions?: ReactNode
  children: ReactNode
}) {
  return (
    <section className="flex flex-col gap-3">
      <div className="flex flex-wrap items-end justify-between gap-2">
        <div>
          <h2 className="text-base font-semibold">{title}</h2>
          {intro && <p className="max-w-prose text-sm text-text-3">{intro}</p>}
        </div>
        {actions}
      </div>
      {children}
    </section>
  )
}
