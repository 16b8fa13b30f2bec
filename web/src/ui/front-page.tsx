import { useLingui } from '@lingui/react/macro'
import type { ReactNode } from 'react'
import { chooseLocale, currentLocale } from '../lib/i18n.ts'
import { classes } from './classes.ts'
import { Logo } from './logo.tsx'

/** The page before the desk: one card in the middle, the language in the corner. */
export function FrontPage({
  title,
  intro,
  steps,
  wide = false,
  children,
}: {
  title: ReactNode
  intro?: ReactNode
  steps?: ReactNode
  wide?: boolean
  children: ReactNode
}) {
  return (
    <div className="flex min-h-dvh flex-col items-center px-4 py-6 sm:py-12">
      <main
        className={classes('flex w-full flex-1 flex-col gap-6', wide ? 'max-w-2xl' : 'max-w-md')}
      >
        <div className="flex items-center justify-between">
          <span className="flex items-center gap-2.5 text-lg font-semibold tracking-tight">
            <Logo size={30} />
            Parley
          </span>
          <LanguageSwitch />
        </div>
        {steps}
        <div className="flex flex-col gap-5 rounded-2xl border border-line bg-surface p-5 shadow-1 sm:p-8">
          <header className="flex flex-col gap-1.5">
            <h1 className="text-xl font-semibold tracking-tight">{title}</h1>
            {intro && <div className="text-sm text-text-3">{intro}</div>}
          </header>
          {children}
        </div>
      </main>
    </div>
  )
}

function LanguageSwitch() {
  const { t } = useLingui()
  const link = (locale: 'en' | 'ro', name: string) => (
    <button
      type="button"
      lang={locale}
      aria-pressed={currentLocale() === locale}
      onClick={() => void chooseLocale(locale)}
      className="h-7 rounded-md px-2 text-xs font-medium text-text-3 hover:text-text aria-pressed:bg-surface aria-pressed:text-text aria-pressed:shadow-1"
    >
      {name}
    </button>
  )
  return (
    // biome-ignore lint/a11y/useSemanticElements: two buttons, not a part of a form.
    <div role="group" aria-label={t`Language`} className="flex gap-0.5 rounded-lg bg-line p-0.5">
      {link('en', 'English')}
      {link('ro', 'Română')}
    </div>
  )
}

/** Where one is on the way. */
export function Steps({ names, at }: { names: string[]; at: number }) {
  const { t } = useLingui()
  return (
    <ol aria-label={t`Steps`} className="flex gap-2">
      {names.map((name, index) => (
        <li
          key={name}
          aria-current={index === at ? 'step' : undefined}
          className={classes(
            'flex min-w-0 flex-1 flex-col gap-1.5 text-xs',
            index === at ? 'font-semibold text-text' : 'text-text-3',
          )}
        >
          <span
            aria-hidden
            className={classes('h-1 rounded-full', index <= at ? 'bg-accent' : 'bg-line')}
          />
          <span className="max-sm:sr-only">{name}</span>
        </li>
      ))}
    </ol>
  )
}
