import type { ChannelId } from '../../../contract/ids.ts'
import type { WebsiteForm } from '../../../contract/website.ts'
import { announce, inWorkspace, type Tx } from '../../platform/db.ts'
import { AppError } from '../../platform/errors.ts'
import { type Actor, authorize } from '../access/index.ts'
import { recordAct } from '../audit/index.ts'
import { findChannel, type StoredChannel } from '../channels/index.ts'
import type { WebsiteDeps } from './deps.ts'
import { canChangeForm, canReadForm } from './policy.ts'
import { readForm, saveForm } from './store.ts'

type Deps = Pick<WebsiteDeps, 'database'>
export type FormOfChannel = { channel: StoredChannel; form: WebsiteForm }

/** How the form of a channel looks. @throws AppError `not-found`, also for a channel that is no form */
export async function getForm(deps: Deps, actor: Actor, id: ChannelId): Promise<FormOfChannel> {
  authorize(actor, canReadForm(actor))
  return inWorkspace(deps.database.db, actor.workspaceId, async (tx) => {
    const channel = await websiteChannel(tx, actor, id)
    return { channel, form: await readForm(tx, { ...channel, channelId: id }) }
  })
}

/** Gives the form another colour, words or languages. Visitors see it within seconds. */
export async function changeForm(
  deps: Deps,
  actor: Actor,
  id: ChannelId,
  form: WebsiteForm,
): Promise<FormOfChannel> {
  authorize(actor, canChangeForm(actor))
  return inWorkspace(deps.database.db, actor.workspaceId, async (tx) => {
    const channel = await websiteChannel(tx, actor, id)
    await saveForm(tx, { ...channel, channelId: id }, form)
    await announce(tx, { workspace: actor.workspaceId, kind: 'channel', id })
    await recordAct(tx, actor, {
      act: 'website.form-changed',
      subject: `channel:${id}`,
      detail: { accent: form.accent, languages: form.languages.join(', ') },
    })
    return { channel, form }
  })
}

async function websiteChannel(tx: Tx, actor: Actor, id: ChannelId): Promise<StoredChannel> {
  const channel = await findChannel(tx, actor.workspaceId, id)
  if (channel?.network !== 'website')
    throw new AppError('not-found', 'There is no such website form.')
  return channel
}
