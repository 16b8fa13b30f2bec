import { Trans, useLingui } from '@lingui/react/macro'
import { Link } from '@tanstack/react-router'
import { EyeOff, ImagePlus, Send, TextQuote, TriangleAlert } from 'lucide-react'
import { type Ref, useId, useImperativeHandle, useRef, useState } from 'react'
import type { Conversation } from '../../../../contract/conversations.ts'
import type { DeliveryView } from '../../../../contract/deliveries.ts'
import { openGaps } from '../../../../contract/snippets.ts'
import { useCommands } from '../../lib/commands.ts'
import { useNetworkWords } from '../../lib/network-words.ts'
import { Button, IconButton } from '../../ui/button.tsx'
import { classes } from '../../ui/classes.ts'
import { TextInput } from '../../ui/field.tsx'
import { CountBadge, DraftStatus, ModeTabs, WhereItStands } from './composer-parts.tsx'
import { countText } from './counter.ts'
import { CollisionDialog, TooAlike, WarnedDialog } from './late-parts.tsx'
import { MediaTray } from './media-tray.tsx'
import { NoteBox } from './note-box.tsx'
import { collisionOf, earlierOf } from './refusals.ts'
import { ReplyField } from './reply-field.tsx'
import { newestOfCustomer } from './timeline.ts'
import { useAttach } from './use-attach.ts'
import { useDraft } from './use-draft.ts'
import { useBeat, useWriting } from './use-presence.ts'
import { useSend } from './use-send.ts'
import { WritingNotice } from './who-is-here.tsx'

export type ReplyBoxHandle = {
  begin(mode: 'reply' | 'note'): void
  /** Puts the text of a reply that was taken back into the box, before what is there already. */
  restore(delivery: DeliveryView): void
}

/** Where an answer is written: it says where the answer will stand, counts, keeps itself, and sends. */
export function ReplyBox({
  conversation,
  ref,
}: {
  conversation: Conversation
  ref: Ref<ReplyBoxHandle>
}) {
  const { t } = useLingui()
  const [mode, setMode] = useState<'reply' | 'note'>('reply')
  const area = useRef<HTMLTextAreaElement>(null)
  const file = useRef<HTMLInputElement>(null)
  const { can, channel } = conversation
  const { draft, status, write, clear } = useDraft(
    conversation.id,
    conversation.draft,
    can.warn ? (newestOfCustomer(conversation.messages)?.contentWarning ?? null) : null,
  )
  const { limits } = channel
  const warning = can.warn ? draft.contentWarning : null
  const networkName = useNetworkWords()(channel).atStart
  const attach = useAttach(limits, draft.media, (media) => write({ media }))
  const textLimits =
    conversation.visibility === 'private' ? (limits.private ?? limits.public) : limits.public
  const count = countText(channel.replyPrefix + draft.text, textLimits, warning ?? '')
  const hint = useId()

  useImperativeHandle(ref, () => ({
    begin: (next) => {
      setMode(next)
      window.setTimeout(() => area.current?.focus(), 0)
    },
    restore: (delivery) => {
      setMode('reply')
      const text = draft.text.trim() === '' ? delivery.text : `${delivery.text}\n\n${draft.text}`
      write({
        text,
        media: [...delivery.media.map(({ id, alt }) => ({ id, alt })), ...draft.media],
        contentWarning: delivery.contentWarning ?? draft.contentWarning,
      })
      window.setTimeout(() => area.current?.focus(), 0)
    },
  }))

  const blank = draft.text.trim() === '' && draft.media.length === 0
  const gap = openGaps(draft.text)[0]
  const [writing, wrote] = useWriting()
  useBeat(conversation.id, writing && can.draft && mode === 'reply')
  const refusal = !can.reply
    ? (can.whyNotReply ??
      (can.note
        ? t`Your role does not send replies. Leave a note for a colleague who does.`
        : t`Your role reads here and changes nothing.`))
    : null
  const ready = !blank && !gap && count?.tone !== 'over' && !attach.busy && refusal === null
  const send = useSend(conversation, blank, clear)
  const collision = collisionOf(send.problem)
  const earlier = earlierOf(send.problem)
  const submit = () => {
    if (ready && !send.isPending) send.mutate(draft)
  }

  const beginSnippet = () => {
    setMode('reply')
    const field = area.current
    const at = field?.selectionStart ?? draft.text.length
    const before = draft.text.slice(0, at)
    const mark = before === '' || /\s$/.test(before) ? ';' : ' ;'
    window.setTimeout(() => {
      field?.focus()
      field?.setSelectionRange(at, at)
      // As if it were typed: the box looks for snippets by itself.
      document.execCommand('insertText', false, mark)
    }, 0)
  }
  useCommands(
    can.draft
      ? [{ id: 'snippet', label: t`Insert a snippet`, group: 'conversation', run: beginSnippet }]
      : [],
  )

  if (mode === 'note')
    return (
      <NoteBox
        conversation={conversation}
        areaRef={area}
        tabs={<ModeTabs mode={mode} onMode={setMode} />}
        onDone={() => setMode('reply')}
      />
    )
  return (
    <form
      aria-label={t`Reply`}
      className="border-t border-line bg-surface px-3 pt-2 pb-3 md:px-6"
      onSubmit={(event) => {
        event.preventDefault()
        submit()
      }}
    >
      <div className="mx-auto flex max-w-3xl flex-col gap-2">
        <div className="flex flex-wrap items-center justify-between gap-x-3 gap-y-1">
          {can.note && <ModeTabs mode={mode} onMode={setMode} />}
          <WhereItStands conversation={conversation} id={hint} />
        </div>
        <WritingNotice conversationId={conversation.id} />
        {conversation.warnings.length > 0 && <WarnedDialog conversation={conversation} />}
        {collision && (
          <CollisionDialog
            collision={collision}
            busy={send.isPending}
            onClose={send.reset}
            onSend={() => send.mutate({ ...draft, acknowledge: collision.acknowledge })}
          />
        )}
        {earlier && <TooAlike earlier={earlier} onClose={send.reset} />}
        {refusal && <Notice>{refusal}</Notice>}
        {gap && !refusal && (
          <Notice>{t`Fill in or remove ${gap.text} before this can leave.`}</Notice>
        )}
        {!refusal && channel.state === 'attention' && (
          <Notice>
            <Trans>
              {networkName} needs attention. What you send waits until the account is mended.{' '}
              <Link to="/settings/channels" search={{ channel: channel.id }} className="underline">
                Mend it
              </Link>
            </Trans>
          </Notice>
        )}
        <div
          className={classes(
            'rounded-lg border bg-surface focus-within:outline-2 focus-within:outline-offset-1 focus-within:outline-accent',
            count?.tone === 'over' ? 'border-late' : 'border-line-strong',
          )}
        >
          {warning !== null && (
            <TextInput
              value={warning}
              onChange={(event) => write({ contentWarning: event.target.value })}
              aria-label={t`Content warning`}
              placeholder={t`Content warning: what is behind it`}
              className="h-8 rounded-none border-0 border-b !border-line bg-transparent text-sm"
            />
          )}
          <ReplyField
            conversation={conversation}
            area={area}
            value={draft.text}
            disabled={!can.draft && !can.reply}
            readOnly={send.isPending}
            aria-label={t`Your reply to ${conversation.person.name}`}
            aria-describedby={hint}
            aria-keyshortcuts="Control+Enter"
            placeholder={t`Write to ${conversation.person.name}…`}
            rows={2}
            onWrite={(text) => {
              wrote()
              write({ text })
            }}
            onPaste={(event) => attach.take(event.clipboardData.files) && event.preventDefault()}
            onKeyDown={(event) => {
              if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) submit()
              if (event.key === 'Escape') area.current?.blur()
            }}
            className="field-sizing-content block max-h-[35dvh] min-h-14 w-full resize-none bg-transparent px-3 py-2 text-base leading-[22px] outline-none placeholder:text-text-3"
          />
          <MediaTray
            media={draft.media}
            altLimit={limits.media.altText}
            uploading={attach.busy}
            onChange={(media) => write({ media })}
          />
          <div className="flex items-center gap-1 px-1.5 pb-1.5">
            {limits.media.max > 0 && (
              <>
                <input
                  ref={file}
                  type="file"
                  hidden
                  multiple
                  accept={limits.media.imageTypes.join(',')}
                  onChange={(event) => {
                    if (event.target.files) attach.take(event.target.files)
                    event.target.value = ''
                  }}
                />
                <IconButton
                  label={t`Add a picture`}
                  disabled={!can.draft || draft.media.length >= limits.media.max}
                  onClick={() => file.current?.click()}
                >
                  <ImagePlus size={16} aria-hidden />
                </IconButton>
              </>
            )}
            {can.draft && (
              <IconButton label={t`Insert a snippet`} keys=";" onClick={beginSnippet}>
                <TextQuote size={16} aria-hidden />
              </IconButton>
            )}
            {can.warn && (
              <IconButton
                label={warning === null ? t`Add a content warning` : t`Remove the content warning`}
                aria-pressed={warning !== null}
                onClick={() => write({ contentWarning: warning === null ? '' : null })}
              >
                <EyeOff size={16} aria-hidden />
              </IconButton>
            )}
            <span className="min-w-0 flex-1 truncate px-1">
              <DraftStatus
                status={status}
                blank={blank}
                problem={attach.problem ?? (collision || earlier ? null : send.problem)}
              />
            </span>
            {count && <CountBadge count={count} />}
            <Button type="submit" look="primary" disabled={!ready} busy={send.isPending}>
              <Send size={14} aria-hidden />
              {send.isPending
                ? t`Handing over…`
                : conversation.visibility === 'public'
                  ? t`Reply publicly`
                  : t`Send privately`}
            </Button>
          </div>
        </div>
      </div>
    </form>
  )
}

function Notice({ children }: { children: React.ReactNode }) {
  return (
    <p className="flex items-start gap-2 rounded-md bg-soon-soft px-3 py-2 text-sm text-soon">
      <TriangleAlert size={16} aria-hidden className="mt-0.5 shrink-0" />
      <span>{children}</span>
    </p>
  )
}
