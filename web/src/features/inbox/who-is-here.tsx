import { useLingui } from '@lingui/react/macro'
import { Eye, Pencil } from 'lucide-react'
import { classes } from '../../ui/classes.ts'
import { useOthersAt } from './use-presence.ts'

/** The colleagues who look at a conversation or write in it: a quiet mark with their names. */
export function WhoIsHere({
  conversationId,
  className,
}: {
  conversationId: string
  className?: string
}) {
  const { t } = useLingui()
  const others = useOthersAt(conversationId)
  if (others.length === 0) return null
  const writing = others.filter(({ kind }) => kind === 'writing')
  const shown = writing.length > 0 ? writing : others
  const names = shown.map(({ name }) => name).join(', ')
  const words = writing.length > 0 ? t`${names} writes here` : t`${names} looks at it`
  const Icon = writing.length > 0 ? Pencil : Eye
  return (
    <span
      title={words}
      className={classes(
        'inline-flex min-w-0 items-center gap-1 text-xs',
        writing.length > 0 ? 'text-soon' : 'text-text-3',
        className,
      )}
    >
      <Icon size={12} aria-hidden className="shrink-0" />
      <span className="sr-only">{words}</span>
      <span aria-hidden className="truncate">
        {shown.map(({ name }) => name.split(' ')[0]).join(', ')}
      </span>
    </span>
  )
}

/** Said above the box, and read out, as soon as somebody else begins to write to this customer. */
export function WritingNotice({ conversationId }: { conversationId: string }) {
  const { t } = useLingui()
  const names = useOthersAt(conversationId)
    .filter(({ kind }) => kind === 'writing')
    .map(({ name }) => name)
    .join(', ')
  return (
    <p
      role="status"
      className={classes(
        names
          ? 'flex items-center gap-2 rounded-md bg-soon-soft px-3 py-2 text-sm text-soon'
          : 'sr-only',
      )}
    >
      {names && (
        <>
          <Pencil size={14} aria-hidden className="shrink-0" />
          <span>{t`${names} is writing to this customer now. Agree first who answers.`}</span>
        </>
      )}
    </p>
  )
}
