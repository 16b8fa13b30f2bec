import { Trans, useLingui } from '@lingui/react/macro'
import { CircleCheck, CircleX, Ellipsis, ExternalLink, EyeOff, Split } from 'lucide-react'
import type { Conversation, Message } from '../../../../contract/conversations.ts'
import { useNetworkWords } from '../../lib/network-words.ts'
import { classes } from '../../ui/classes.ts'
import { Menu, MenuItem } from '../../ui/menu.tsx'
import { NetworkMark } from '../../ui/network-mark.tsx'
import { ClockTime } from '../../ui/time.tsx'
import { KindMenu } from './kind-menu.tsx'
import { linkParts, splitAddress } from './link-parts.ts'
import { MediaStrip } from './media-strip.tsx'
import { VisibilityMark } from './visibility-mark.tsx'

/** One message as its network shows it: customers on the left, the business on the right. */
export function MessageBubble({
  message,
  conversation: { id, channel, can },
  mixed = false,
  onSplit,
}: {
  message: Message
  conversation: Pick<Conversation, 'id' | 'channel' | 'can'>
  /** Messages of several accounts stand here: each says by which it came. */
  mixed?: boolean
  /** To begin a conversation of its own with this message. */
  onSplit?(): void
}) {
  const { t } = useLingui()
  const { via } = message
  const networkName = useNetworkWords()({ ...via, practice: channel.practice }).inText
  const ours = message.author === 'member' || message.author === 'automation'
  return (
    <article
      aria-label={t`Message by ${message.authorName}`}
      className={classes(
        'flex max-w-[85%] flex-col gap-1',
        ours ? 'items-end self-end' : 'items-start',
      )}
    >
      <p className="flex flex-wrap items-center gap-x-1.5 px-1 text-xs text-text-3">
        <span className="font-medium text-text-2">{message.authorName}</span>
        {message.author === 'automation' && <span>{t`by automation`}</span>}
        {mixed && (
          <span className="inline-flex items-center gap-1">
            <NetworkMark network={via.network} size={11} />
            {via.handle}
          </span>
        )}
        <VisibilityMark visibility={message.visibility} />
        <ClockTime at={message.sentAt} />
        {message.url && (
          <a
            href={message.url}
            target="_blank"
            rel="noreferrer"
            aria-label={t`Open this message on ${networkName}`}
            title={t`Open this message on ${networkName}`}
            className="inline-flex size-6 items-center justify-center rounded hover:bg-hover"
          >
            <ExternalLink size={12} aria-hidden />
          </a>
        )}
        {message.reading && (
          <KindMenu
            conversationId={id}
            message={message}
            reading={message.reading}
            may={can.assign}
          />
        )}
        {onSplit && <MessageMenu onSplit={onSplit} />}
      </p>
      <div
        className={classes(
          'flex flex-col gap-2 rounded-2xl px-3.5 py-2',
          ours
            ? 'rounded-tr-sm bg-accent-soft'
            : 'rounded-tl-sm border border-line bg-surface shadow-1',
          message.author === 'other' && 'border-dashed bg-sunken',
        )}
      >
        {message.deletedAt && (
          <p className="text-xs font-medium text-late">
            <Trans>
              Deleted on {networkName} <ClockTime at={message.deletedAt} />. Answer with care: they
              took it back.
            </Trans>
          </p>
        )}
        <Folded warning={message.contentWarning}>
          <Words message={message} ownHandle={via.handle} />
          {via.network === 'email' && <WholeMail html={message.html} />}
          <MediaStrip media={message.media} />
        </Folded>
      </div>
      {message.returned && <CameBack why={message.returned.why} />}
      {message.deliveryId && !message.returned && (
        <p className="flex items-center gap-1 px-1 text-xs text-ok">
          <CircleCheck size={12} aria-hidden />
          {via.network === 'email' ? t`Sent` : t`Stands on ${networkName}`}
        </p>
      )}
      <Earlier message={message} />
    </article>
  )
}

function MessageMenu({ onSplit }: { onSplit(): void }) {
  const { t } = useLingui()
  return (
    <Menu
      trigger={
        <button
          type="button"
          aria-label={t`More about this message`}
          className="inline-flex size-6 items-center justify-center rounded hover:bg-hover"
        >
          <Ellipsis size={12} aria-hidden />
        </button>
      }
    >
      <MenuItem onSelect={onSplit}>
        <Split size={14} aria-hidden />
        <Trans>Split off from here on…</Trans>
      </MenuItem>
    </Menu>
  )
}

/** A mail as it was sent, with what it quotes; made safe by the server. */
function WholeMail({ html }: { html: string | null }) {
  if (html === null) return null
  return (
    <details className="group text-sm">
      <summary className="min-h-6 text-xs text-accent-text underline underline-offset-2">
        <Trans>The whole e-mail</Trans>
      </summary>
      <div
        className="mt-2 max-h-96 overflow-auto border-l-2 border-line pl-3 break-words [&_a]:underline [&_blockquote]:border-l-2 [&_blockquote]:border-line [&_blockquote]:pl-2 [&_p]:mb-2"
        // biome-ignore lint/security/noDangerouslySetInnerHtml: sanitised when it came in, to a closed list of tags.
        dangerouslySetInnerHTML={{ __html: html }}
      />
    </details>
  )
}

function CameBack({ why }: { why: string }) {
  return (
    <p className="flex items-start gap-1 px-1 text-xs font-medium text-late">
      <CircleX size={12} aria-hidden className="mt-0.5 shrink-0" />
      <span>
        <Trans>It came back and did not arrive, so the customer still waits: {why}</Trans>
      </span>
    </p>
  )
}

/** What stands behind a content warning opens only when asked. */
export function Folded({
  warning,
  children,
}: {
  warning: string | null
  children: React.ReactNode
}) {
  if (!warning) return children
  return (
    <details className="group">
      <summary className="flex min-h-6 items-center gap-2 text-sm">
        <EyeOff size={14} aria-hidden className="shrink-0 text-text-3" />
        <span className="font-medium">{warning}</span>
        <span className="text-xs text-accent-text underline underline-offset-2 group-open:hidden">
          <Trans>Show</Trans>
        </span>
      </summary>
      <div className="mt-2 flex flex-col gap-2">{children}</div>
    </details>
  )
}

function Words({ message, ownHandle }: { message: Message; ownHandle: string }) {
  const { address, words } = splitAddress(message.text, ownHandle)
  return (
    <p
      lang={message.language ?? undefined}
      className={classes(
        'text-base leading-[22px] whitespace-pre-wrap',
        message.deletedAt && 'text-text-3 line-through decoration-1',
      )}
    >
      {address && <span className="text-sm text-text-3">{address}</span>}
      <LinkedText text={words} />
    </p>
  )
}

export function LinkedText({ text }: { text: string }) {
  return linkParts(text).map((part, index) =>
    part.kind === 'text' ? (
      part.text
    ) : (
      <a
        // biome-ignore lint/suspicious/noArrayIndexKey: the parts of one text never move.
        key={index}
        href={part.href}
        target="_blank"
        rel="noreferrer"
        className="text-accent-text underline underline-offset-2"
      >
        {part.text}
      </a>
    ),
  )
}

function Earlier({ message }: { message: Message }) {
  const { t } = useLingui()
  if (!message.editedAt) return null
  const count = message.earlierVersions.length
  if (count === 0) return <p className="px-1 text-xs text-text-3">{t`edited`}</p>
  return (
    <details className="px-1 text-xs text-text-3">
      <summary className="min-h-6">
        {count === 1 ? t`edited · earlier version` : t`edited · ${count} earlier versions`}
      </summary>
      <ul className="mt-1 flex flex-col gap-1.5 border-l-2 border-line pl-2">
        {message.earlierVersions.map((version) => (
          <li key={version.seenAt} className="whitespace-pre-wrap">
            <ClockTime at={version.seenAt} /> · {version.text}
          </li>
        ))}
      </ul>
    </details>
  )
}
