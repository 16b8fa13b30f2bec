import { Trans, useLingui } from '@lingui/react/macro'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { type Webhook, WebhookEvent } from '../../../../contract/webhooks.ts'
import { fieldErrors } from '../../lib/problem-words.ts'
import { Button } from '../../ui/button.tsx'
import { CopyField } from '../../ui/copy.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Checkbox, Field, TextInput } from '../../ui/field.tsx'
import { FormProblem } from '../../ui/messages.tsx'
import { changeWebhook, createWebhook } from './webhook-queries.ts'
import { useEventWords } from './webhook-words.ts'

/** Makes a webhook and shows its secret this once; with `webhook`, changes that one. */
export function WebhookDialog({ webhook, onClose }: { webhook?: Webhook; onClose(): void }) {
  const { t } = useLingui()
  const client = useQueryClient()
  const words = useEventWords()
  const [url, setUrl] = useState(webhook?.url ?? '')
  const [events, setEvents] = useState<WebhookEvent[]>(webhook?.events ?? ['message.received'])
  const save = useMutation({
    mutationFn: async () => {
      const body = { url: url.trim(), events }
      if (!webhook) return (await createWebhook(body)).secret
      await changeWebhook(webhook.id, body)
      return null
    },
    onSuccess: (secret) => secret === null && onClose(),
    onSettled: () => client.invalidateQueries({ queryKey: ['webhooks'] }),
  })
  const errors = fieldErrors(save.error)
  if (save.data) return <SecretDialog secret={save.data} onClose={onClose} />
  return (
    <Dialog title={webhook ? t`Change the webhook` : t`New webhook`} onClose={onClose}>
      <form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault()
          save.mutate()
        }}
      >
        <Field
          label={t`Address of your program`}
          hint={t`It must begin with https://. Servers on a private network must first be allowed by whoever runs Parley.`}
          error={errors.url}
        >
          {(wiring) => (
            <TextInput
              {...wiring}
              required
              type="url"
              maxLength={2000}
              placeholder="https://shop.example/parley"
              value={url}
              onChange={(event) => setUrl(event.target.value)}
            />
          )}
        </Field>
        <fieldset className="flex flex-col">
          <legend className="mb-1 text-sm font-medium">
            <Trans>What is it told of?</Trans>
          </legend>
          {WebhookEvent.options.map((event) => (
            <Checkbox
              key={event}
              label={words[event]}
              hint={<code className="font-mono">{event}</code>}
              checked={events.includes(event)}
              onChange={({ target }) =>
                setEvents(
                  target.checked ? [...events, event] : events.filter((each) => each !== event),
                )
              }
            />
          ))}
        </fieldset>
        {!errors.url && <FormProblem error={save.error} />}
        <Button
          type="submit"
          look="primary"
          size="lg"
          disabled={events.length === 0}
          busy={save.isPending}
        >
          {webhook ? <Trans>Save</Trans> : <Trans>Make the webhook</Trans>}
        </Button>
      </form>
    </Dialog>
  )
}

function SecretDialog({ secret, onClose }: { secret: string; onClose(): void }) {
  const { t } = useLingui()
  return (
    <Dialog
      title={t`Keep this secret now`}
      onClose={onClose}
      footer={
        <Button look="primary" onClick={onClose}>
          <Trans>I have kept it</Trans>
        </Button>
      }
    >
      <div className="flex flex-col gap-3 text-sm">
        <p>
          <Trans>
            It is shown this once. With it your program checks that a call really comes from here.
          </Trans>
        </p>
        <CopyField value={secret} label={t`Secret`} />
      </div>
    </Dialog>
  )
}
