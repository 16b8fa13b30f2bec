import { Trans } from '@lingui/react/macro'
import { CircleAlert, type LucideIcon, RefreshCw } from 'lucide-react'
import type { ReactNode } from 'react'
import { useProblemWords } from '../lib/problem-words.ts'
import { Button } from './button.tsx'
import { classes } from './classes.ts'

/** What will be here and how it gets here. */
export function EmptyState({
  icon: Icon,
  title,
  children,
  action,
}: {
  icon: LucideIcon
  title: ReactNode
  children?: ReactNode
  action?: ReactNode
}) {
  return (
    <div className="mx-auto flex max-w-sm flex-col items-center gap-2 px-6 py-12 text-center">
      <span className="mb-1 flex size-11 items-center justify-center rounded-full bg-accent-soft text-accent-text">
        <Icon size={20} aria-hidden />
      </span>
      <p className="text-base font-semibold text-text">{title}</p>
      {children && <div className="text-sm text-text-3">{children}</div>}
      {action && <div className="mt-2">{action}</div>}
    </div>
  )
}

/** An answer that did not come, in words, with a way to ask again. */
export function LoadProblem({ error, onRetry }: { error: unknown; onRetry(): void }) {
  const words = useProblemWords()
  return (
    <div
      role="alert"
      className="mx-auto flex max-w-md flex-col items-center gap-3 px-6 py-12 text-center"
    >
      <CircleAlert size={22} aria-hidden className="text-late" />
      <p className="text-sm text-text-2">{words(error)}</p>
      <Button onClick={onRetry}>
        <RefreshCw size={14} aria-hidden />
        <Trans>Try again</Trans>
      </Button>
    </div>
  )
}

/** Why a form was not taken. */
export function FormProblem({ error }: { error: unknown }) {
  const words = useProblemWords()
  if (!error) return null
  return (
    <p role="alert" className="rounded-md bg-late-soft px-3 py-2 text-sm text-late">
      {words(error)}
    </p>
  )
}

const tones = {
  plain: 'bg-sunken text-text-2',
  late: 'bg-late-soft text-late',
  soon: 'bg-soon-soft text-soon',
  ok: 'bg-ok-soft text-ok',
  note: 'bg-note-soft text-note',
  accent: 'bg-accent-soft text-accent-text',
}

export type Tone = keyof typeof tones

export function Badge({
  tone = 'plain',
  children,
  title,
}: {
  tone?: Tone
  children: ReactNode
  title?: string
}) {
  return (
    <span
      title={title}
      className={classes(
        'tnum inline-flex h-5 shrink-0 items-center gap-1 rounded px-1.5 text-xs font-medium whitespace-nowrap',
        tones[tone],
      )}
    >
      {children}
    </span>
  )
}

export function Callout({ tone = 'plain', children }: { tone?: Tone; children: ReactNode }) {
  return <div className={classes('rounded-lg px-3 py-2 text-sm', tones[tone])}>{children}</div>
}

export function Kbd({ children }: { children: ReactNode }) {
  return (
    <kbd className="inline-flex h-5 min-w-5 items-center justify-center rounded border border-line bg-sunken px-1 font-sans text-xs text-text-2">
      {children}
    </kbd>
  )
}
