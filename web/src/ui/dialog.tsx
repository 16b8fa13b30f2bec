import { Trans, useLingui } from '@lingui/react/macro'
import { X } from 'lucide-react'
import { type ReactNode, useEffect, useId, useRef } from 'react'
import { Button, IconButton } from './button.tsx'
import { classes } from './classes.ts'

/**
 * A modal window on the browser's own `<dialog>`: it keeps the focus inside, gives it back afterwards and
 * closes on Escape, without a style element that the content security policy would refuse.
 */
export function Dialog({
  title,
  onClose,
  children,
  footer,
  wide = false,
  bare = false,
}: {
  title: string
  onClose(): void
  children: ReactNode
  footer?: ReactNode
  wide?: boolean
  /** Without heading and padding: the content brings its own. The title is still read out. */
  bare?: boolean
}) {
  const ref = useRef<HTMLDialogElement>(null)
  const id = useId()
  const { t } = useLingui()
  useEffect(() => {
    const dialog = ref.current
    dialog?.showModal()
    // Where typing begins; without a field the browser's own choice stands.
    dialog?.querySelector<HTMLElement>('input, select, textarea')?.focus()
    return () => dialog?.close()
  }, [])
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: a press beside the window closes it; Escape does the same from the keyboard.
    <dialog
      ref={ref}
      aria-labelledby={id}
      onCancel={(event) => {
        event.preventDefault()
        onClose()
      }}
      onClick={(event) => event.target === ref.current && onClose()}
      className={classes(
        'appear m-auto max-h-[min(86dvh,720px)] w-[min(calc(100vw-24px),var(--dialog-width))] flex-col overflow-hidden rounded-xl border border-line bg-raised p-0 text-text shadow-2 open:flex',
        wide ? '[--dialog-width:720px]' : '[--dialog-width:480px]',
        bare && 'mt-[12dvh]',
      )}
    >
      {bare ? (
        <h2 id={id} className="sr-only">
          {title}
        </h2>
      ) : (
        <header className="flex items-center justify-between gap-2 border-b border-line py-2 pr-2 pl-4">
          <h2 id={id} className="text-base font-semibold">
            {title}
          </h2>
          <IconButton label={t`Close`} onClick={onClose}>
            <X size={16} aria-hidden />
          </IconButton>
        </header>
      )}
      <div className={classes('min-h-0 flex-1 overflow-y-auto', !bare && 'p-4')}>{children}</div>
      {footer && (
        <footer className="flex flex-wrap justify-end gap-2 border-t border-line bg-sunken px-4 py-3">
          {footer}
        </footer>
      )}
    </dialog>
  )
}

/** Asks before something that cannot be taken back. The safe answer has the focus. */
export function Confirm({
  title,
  act,
  busy,
  onConfirm,
  onClose,
  children,
}: {
  title: string
  act: string
  busy: boolean
  onConfirm(): void
  onClose(): void
  children: ReactNode
}) {
  return (
    <Dialog
      title={title}
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>
            <Trans>Leave it</Trans>
          </Button>
          <Button look="danger" busy={busy} onClick={onConfirm}>
            {act}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-2 text-text-2">{children}</div>
    </Dialog>
  )
}
