import { Trans, useLingui } from '@lingui/react/macro'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useRef, useState } from 'react'
import type { Conversation } from '../../../../contract/conversations.ts'
import type { ReplyWarningId } from '../../../../contract/ids.ts'
import { type PrivatePlace, PrivateReason } from '../../../../contract/private-moves.ts'
import { useNetworkWords } from '../../lib/network-words.ts'
import { moveToPrivate, privatePlacesQuery } from '../../lib/queries/moves.ts'
import { randomId } from '../../lib/random-id.ts'
import { useReasonWords } from '../../lib/reason-words.ts'
import { toast } from '../../lib/toasts.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Field, Select, TextArea, TextInput } from '../../ui/field.tsx'
import { Callout, FormProblem, LoadProblem } from '../../ui/messages.tsx'
import { SkeletonRows } from '../../ui/skeleton.tsx'
import { countText } from './counter.ts'
import { type CustomerLocale, privatePointer } from './private-words.ts'
import { collisionOf } from './refusals.ts'
import { newestStanding } from './timeline.ts'

/** Asks the customer in public to go on in private, with the reason on record. */
export function PrivateDialog({
  conversation,
  onClose,
}: {
  conversation: Conversation
  onClose(): void
}) {
  const { t } = useLingui()
  const places = useQuery(privatePlacesQuery(conversation.id))
  return (
    <Dialog title={t`Move to private`} onClose={onClose}>
      {places.isPending && <SkeletonRows count={3} label={t`Loading`} />}
      {places.isError && <LoadProblem error={places.error} onRetry={() => void places.refetch()} />}
      {places.data?.length === 0 && (
        <Callout tone="soon">
          <Trans>
            No connected account can be written to in private. Connect e-mail or a website form
            under Settings → Accounts.
          </Trans>
        </Callout>
      )}
      {places.data?.[0] && (
        <PrivateForm
          conversation={conversation}
          places={places.data}
          first={places.data[0]}
          onClose={onClose}
        />
      )}
    </Dialog>
  )
}

function PrivateForm({
  conversation,
  places,
  first,
  onClose,
}: {
  conversation: Conversation
  places: PrivatePlace[]
  first: PrivatePlace
  onClose(): void
}) {
  const { t } = useLingui()
  const placeWords = usePlaceWords()
  const reasons = useReasonWords()
  const [reason, setReason] = useState<PrivateReason>('order')
  const [words, setWords] = useState('')
  const [placeId, setPlaceId] = useState<string>(first.channelId)
  const [locale, setLocale] = useState<CustomerLocale>(conversation.language === 'ro' ? 'ro' : 'en')
  const [own, setOwn] = useState<string>()
  const place = places.find(({ channelId }) => channelId === placeId) ?? first
  const text = own ?? privatePointer(locale, reason, place)
  const { limits, replyPrefix } = conversation.channel
  const count = countText(replyPrefix + text, limits.public, '')
  const move = useMove(conversation, onClose)
  const collision = collisionOf(move.error)
  const ready =
    text.trim() !== '' && count?.tone !== 'over' && (reason !== 'other' || words.trim() !== '')
  const submit = (acknowledge?: ReplyWarningId) =>
    move.mutate({
      reason,
      words,
      placeChannelId: place.channelId,
      text,
      ...(acknowledge && { acknowledge }),
    })
  return (
    <form
      className="flex flex-col gap-3"
      onSubmit={(event) => {
        event.preventDefault()
        if (ready) submit(collision?.acknowledge)
      }}
    >
      <Field label={t`Why not in public?`}>
        {(wiring) => (
          <Select
            {...wiring}
            value={reason}
            onChange={(event) => setReason(PrivateReason.parse(event.target.value))}
          >
            {PrivateReason.options.map((one) => (
              <option key={one} value={one}>
                {reasons[one]}
              </option>
            ))}
          </Select>
        )}
      </Field>
      {reason === 'other' && (
        <Field label={t`In your own words`} hint={t`Only the team reads it.`}>
          {(wiring) => (
            <TextInput
              {...wiring}
              maxLength={500}
              value={words}
              onChange={(event) => setWords(event.target.value)}
            />
          )}
        </Field>
      )}
      <Field label={t`Where should they write?`}>
        {(wiring) => (
          <Select {...wiring} value={placeId} onChange={(event) => setPlaceId(event.target.value)}>
            {places.map((one) => (
              <option key={one.channelId} value={one.channelId}>
                {placeWords(one)}
              </option>
            ))}
          </Select>
        )}
      </Field>
      <Field label={t`Language of the answer`}>
        {(wiring) => (
          <Select
            {...wiring}
            value={locale}
            onChange={(event) => {
              setLocale(event.target.value === 'ro' ? 'ro' : 'en')
              setOwn(undefined)
            }}
          >
            <option value="en">English</option>
            <option value="ro">Română</option>
          </Select>
        )}
      </Field>
      <Field
        label={t`What everyone reads`}
        hint={t`Say nothing in it that should stay private. Your draft in the conversation stays.`}
        error={count?.tone === 'over' ? t`It is too long for this network.` : undefined}
      >
        {(wiring) => (
          <TextArea
            {...wiring}
            rows={4}
            value={text}
            onChange={(event) => setOwn(event.target.value)}
          />
        )}
      </Field>
      {collision ? (
        <Callout tone="soon">
          <Trans>
            {collision.others.map(({ name }) => name).join(', ')} answers this customer too. Look
            first, or send nevertheless.
          </Trans>
        </Callout>
      ) : (
        <FormProblem error={move.error} />
      )}
      <div className="flex flex-wrap justify-end gap-2">
        <Button onClick={onClose}>
          <Trans>Cancel</Trans>
        </Button>
        <Button type="submit" look="primary" busy={move.isPending} disabled={!ready}>
          {collision ? t`Send nevertheless` : t`Reply publicly`}
        </Button>
      </div>
    </form>
  )
}

type Asked = Parameters<typeof moveToPrivate>[1]

function useMove(conversation: Conversation, onDone: () => void) {
  const { t } = useLingui()
  const client = useQueryClient()
  const seen = useRef(newestStanding(conversation))
  const attempt = useRef<{ content: string; key: string }>(undefined)
  return useMutation({
    mutationFn: (asked: Asked) => {
      const content = JSON.stringify(asked)
      if (attempt.current?.content !== content) attempt.current = { content, key: randomId() }
      return moveToPrivate(
        conversation.id,
        { ...asked, lastSeen: seen.current },
        attempt.current.key,
      )
    },
    onSuccess: () => {
      toast(t`${conversation.person.name} is asked to go on in private.`)
      onDone()
    },
    onSettled: () => client.invalidateQueries({ queryKey: ['conversations'] }),
  })
}

/** An account by its network's name and how it is written to. */
function usePlaceWords(): (place: PrivatePlace) => string {
  const { t } = useLingui()
  const networkWords = useNetworkWords()
  return (place) => {
    const { name } = networkWords(place)
    const { handle, address } = place
    return place.here ? t`${name}, private message to ${handle}` : `${name}: ${address}`
  }
}
