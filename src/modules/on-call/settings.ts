import type { MemberId, WorkspaceId } from '../../../contract/ids.ts'
import type {
  CallOrder,
  OnCallPreviewInput,
  OnCallSettings,
  OnCallView,
  Rota,
} from '../../../contract/on-call.ts'
import type { Clock } from '../../platform/clock.ts'
import { type Db, inWorkspace, type Tx } from '../../platform/db.ts'
import { badField } from '../../platform/errors.ts'
import { type Actor, authorize } from '../access/index.ts'
import { recordAct } from '../audit/index.ts'
import type { ChannelDeps } from '../channels/index.ts'
import { hasMailAccount, mailNetworks } from '../mail/index.ts'
import { readClockRows } from '../reply-clock/index.ts'
import { canSeePages, canSetOnCall } from './policy.ts'
import {
  type Callable,
  callableMembers,
  lockSettings,
  readSettings,
  updateSettings,
} from './store.ts'
import { whoIsOnCall } from './who-is-on-call.ts'

export type OnCallDeps = { db: Db; clock: Clock; connectors: ChannelDeps['connectors'] }

/** Who is on call, what pages, and who would be called now. */
export async function getOnCall(deps: OnCallDeps, actor: Actor): Promise<OnCallView> {
  authorize(actor, canSeePages(actor))
  return inWorkspace(deps.db, actor.workspaceId, (tx) => readOnCall(tx, deps, actor))
}

/** @throws AppError `bad-input` naming the entry of somebody who cannot be called */
export async function changeOnCall(
  deps: OnCallDeps,
  actor: Actor,
  input: OnCallSettings,
): Promise<OnCallView> {
  authorize(actor, canSetOnCall(actor))
  const { workspaceId } = actor
  return inWorkspace(deps.db, workspaceId, async (tx) => {
    const before = await lockSettings(tx, workspaceId)
    const severities = input.severities && [...new Set(input.severities)]
    const settings = { ...input, severities }
    checkRota(settings.rota, await callableMembers(tx, workspaceId))
    await updateSettings(tx, workspaceId, settings)
    const view = await readOnCall(tx, deps, actor)
    await recordAct(tx, actor, {
      act: 'on-call.changed',
      subject: `workspace:${workspaceId}`,
      detail: { before: { ...before }, after: { ...settings } },
    })
    return view
  })
}

/** Who would be called then, by a rota that need not be saved. */
export async function previewOnCall(
  { db }: Pick<OnCallDeps, 'db'>,
  actor: Actor,
  { rota, at }: OnCallPreviewInput,
): Promise<CallOrder> {
  authorize(actor, canSeePages(actor))
  return inWorkspace(db, actor.workspaceId, async (tx) => {
    const members = await callableMembers(tx, actor.workspaceId)
    checkRota(rota, members)
    return orderAt(rota, members, new Date(at))
  })
}

async function readOnCall(tx: Tx, deps: OnCallDeps, actor: Actor): Promise<OnCallView> {
  const { workspaceId } = actor
  const settings = await readSettings(tx, workspaceId)
  const members = await callableMembers(tx, workspaceId)
  const here = new Set(members.map(({ id }) => id))
  return {
    settings: { ...settings, rota: settings.rota.filter(({ memberId }) => here.has(memberId)) },
    byReplyTimes: await namedByReplyTimes(tx, workspaceId),
    now: orderAt(settings.rota, members, deps.clock()),
    members: members.map(viewMember),
    mails: await hasMailAccount(tx, workspaceId, mailNetworks(deps)),
    can: { change: canSetOnCall(actor) },
  }
}

async function namedByReplyTimes(tx: Tx, workspaceId: WorkspaceId): Promise<string[]> {
  const { policy } = await readClockRows(tx, workspaceId)
  const named = policy.rules.flatMap(({ when, ignoresOfficeHours }) =>
    ignoresOfficeHours && when.severity !== undefined ? [when.severity] : [],
  )
  return [...new Set(named)]
}

/** Those who left, or answer no customers any more, are passed over. */
function orderAt(rota: Rota, members: readonly Callable[], at: Date): CallOrder {
  const known = new Map<MemberId, Callable>(members.map((member) => [member.id, member]))
  const onCall = whoIsOnCall(rota, at).flatMap((id) => known.get(id) ?? [])
  return {
    at: at.toISOString(),
    onCall: onCall.map(viewMember),
    owners: members.filter(({ isOwner }) => isOwner).map(viewMember),
  }
}

function checkRota(rota: Rota, members: readonly Callable[]): void {
  const known = new Set(members.map(({ id }) => id))
  for (const [index, { memberId }] of rota.entries())
    if (!known.has(memberId))
      throw badField(
        `rota.${index}.memberId`,
        'is nobody who answers customers here: choose an owner, admin, publisher or responder',
      )
}

function viewMember({ id, name }: Callable) {
  return { id, name }
}
