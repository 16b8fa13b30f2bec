import { useLingui } from '@lingui/react/macro'
import { X } from 'lucide-react'
import { useEffect, useState } from 'react'
import { dismissToast, type Toast, useToasts } from '../lib/toasts.ts'
import { IconButton } from './button.tsx'
import { classes } from './classes.ts'

const STAYS = 8_000

/** The corner where short news appear; read out without taking the focus. */
export function Toaster() {
  const toasts = useToasts()
  return (
    <div
      aria-live="polite"
      className="pointer-events-none fixed inset-x-0 bottom-16 z-50 flex flex-col items-center gap-2 px-3 md:inset-x-auto md:bottom-4 md:left-16 md:items-start md:px-0"
    >
      {toasts.map((each) => (
        <ToastCard key={each.id} toast={each} />
      ))}
    </div>
  )
}

function ToastCard({ toast }: { toast: Toast }) {
  const { t } = useLingui()
  const [held, setHeld] = useState(false)
  useEffect(() => {
    if (held) return
    const timer = window.setTimeout(() => dismissToast(toast.id), STAYS)
    return () => window.clearTimeout(timer)
  }, [held, toast.id])
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: resting the pointer or the focus on it only keeps it there.
    <div
      onPointerEnter={() => setHeld(true)}
      onPointerLeave={() => setHeld(false)}
      onFocus={() => setHeld(true)}
      onBlur={() => setHeld(false)}
      className={classes(
        'appear pointer-events-auto flex max-w-md items-center gap-2 rounded-lg py-1.5 pr-1.5 pl-3 text-sm shadow-2',
        toast.tone === 'problem' ? 'bg-late-soft text-late' : 'bg-text text-bg',
      )}
    >
      <span className="py-1">{toast.text}</span>
      {toast.action && (
        <button
          type="button"
          className="h-7 shrink-0 rounded px-2 font-semibold underline underline-offset-2"
          onClick={() => {
            toast.action?.run()
            dismissToast(toast.id)
          }}
        >
          {toast.action.label}
        </button>
      )}
      <IconButton
        label={t`Close`}
        className="size-7 text-inherit hover:not-disabled:bg-transparent hover:not-disabled:text-inherit"
        onClick={() => dismissToast(toast.id)}
      >
        <X size={14} aria-hidden />
      </IconButton>
    </div>
  )
}
