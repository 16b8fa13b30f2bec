import { useLingui } from '@lingui/react/macro'
import { Outlet } from '@tanstack/react-router'
import { lazy, Suspense, useEffect, useState } from 'react'
import { runKey, useCommands } from '../lib/commands.ts'
import { activateLocale, hasChosenLocale } from '../lib/i18n.ts'
import { useMe } from '../lib/queries/session.ts'
import { useAppCommands } from './app-commands.ts'
import { AttentionBanner } from './attention-banner.tsx'
import { ConnectionNotice } from './connection-notice.tsx'
import { useLive } from './live.ts'
import { PageNotice } from './page-notice.tsx'
import { Rail } from './rail.tsx'

const Palette = lazy(() => import('./palette.tsx').then((module) => ({ default: module.Palette })))
const KeysHelp = lazy(() =>
  import('./keys-help.tsx').then((module) => ({ default: module.KeysHelp })),
)

/** What is around every page behind sign-in: the rail, the banners, the keys and the live connection. */
export function Shell() {
  const { t } = useLingui()
  const { workspace } = useMe()
  const [open, setOpen] = useState<'palette' | 'keys' | null>(null)
  const live = useLive()

  useEffect(() => {
    window.addEventListener('keydown', runKey)
    return () => window.removeEventListener('keydown', runKey)
  }, [])
  useEffect(() => {
    if (!hasChosenLocale()) void activateLocale(workspace.locale)
  }, [workspace.locale])
  useAppCommands()
  useCommands([
    {
      id: 'palette',
      label: t`Find and do anything`,
      group: 'other',
      keys: 'mod+k',
      run: () => setOpen('palette'),
    },
    { id: 'keys', label: t`Show all keys`, group: 'other', keys: '?', run: () => setOpen('keys') },
  ])

  return (
    <div className="flex h-dvh flex-col-reverse md:flex-row">
      <a
        href="#main"
        className="sr-only z-50 rounded bg-raised px-3 py-2 focus:not-sr-only focus:absolute focus:top-2 focus:left-2 focus:shadow-2"
      >
        {t`Skip to the content`}
      </a>
      <Rail onPalette={() => setOpen('palette')} />
      <div className="flex min-h-0 min-w-0 flex-1 flex-col">
        <ConnectionNotice live={live} />
        <PageNotice />
        <AttentionBanner />
        <main id="main" tabIndex={-1} className="min-h-0 flex-1 outline-none">
          <Outlet />
        </main>
      </div>
      <Suspense fallback={null}>
        {open === 'palette' && <Palette onClose={() => setOpen(null)} />}
        {open === 'keys' && <KeysHelp onClose={() => setOpen(null)} />}
      </Suspense>
    </div>
  )
}
