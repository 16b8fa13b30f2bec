import { WorkspaceId } from '../../../contract/ids.ts'
import { inWorkspace } from '../../platform/db.ts'
import { recordAct } from '../audit/index.ts'
import type { SignedIn, SsoMember } from '../members/index.ts'
import { admit, link, verifiedEmail } from './admit.ts'
import { hashesOf, tiesOf } from './attempt.ts'
import { connectionOf } from './begin.ts'
import { returnAddress, type SsoDeps } from './deps.ts'
import { mayManageSignIn } from './policy.ts'
import { SsoRefusal } from './problem.ts'
import { provesFactor } from './proves-factor.ts'
import { type Claims, discover, readAnswer } from './provider.ts'
import {
  findIdentity,
  lockProvider,
  type ProviderRow,
  takeAttempt,
  updateProvider,
} from './store.ts'

const lifeMs = 10 * 60_000

type Attempt = NonNullable<Awaited<ReturnType<typeof takeAttempt>>>

export type Finished =
  | {
      kind: 'admitted'
      member: SsoMember
      providerId: string
      proven: boolean
      next: string | null
    }
  | { kind: 'tried' }

/** An attempt at signing in that is over, with whether it was a manager's try of the provider. */
export type Taken = { attempt: Attempt; secret: string; state: string }

/**
 * Takes the sign-in that this answer belongs to: once, and only in the browser that began it.
 * @throws SsoRefusal `not-begun` or `expired`
 */
export async function takeBegun(
  deps: SsoDeps,
  secret: string | null,
  returned: URL,
): Promise<Taken> {
  const state = returned.searchParams.get('state') ?? ''
  if (secret === null || !/^[\w-]{43}$/.test(state)) throw new SsoRefusal('not-begun')
  const attempt = await takeAttempt(deps.database.db, hashesOf(secret, state))
  if (!attempt) throw new SsoRefusal('not-begun')
  return { attempt, secret, state }
}

/**
 * Finishes a sign-in with what the browser brought back: finds out who it is, and lets them in or, for a
 * manager's try, notes that the provider works.
 * @throws SsoRefusal with nothing written
 */
export async function finish(
  deps: SsoDeps,
  { attempt, secret, state }: Taken,
  { returned, session }: { returned: URL; session: SignedIn | null },
): Promise<Finished> {
  const at = deps.clock()
  if (at.getTime() - attempt.created_at.getTime() > lifeMs) throw new SsoRefusal('expired')
  const tries = attempt.tried_by !== null
  const row = await readProvider(deps, attempt)
  if (!tries && row.state === 'off') throw new SsoRefusal('switched-off')
  const configuration = await discover(deps, await connectionOf(deps, row))
  // What the browser was sent to: the address it shows may differ (localhost), the provider's may not.
  const back = new URL(`${returnAddress(deps.publicUrl)}${returned.search}`)
  const claims = await readAnswer(configuration, back, tiesOf(secret, state))
  if (tries) return finishTry(deps, row, { attempt, claims, session })
  return inWorkspace(deps.database.db, WorkspaceId.parse(row.workspace_id), async (tx) => {
    // One at a time for each provider, and as it stands now: it may have been switched off meanwhile.
    const now = await lockProvider(tx, WorkspaceId.parse(row.workspace_id), row.id)
    if (!now || now.state === 'off' || now.issuer !== row.issuer)
      throw new SsoRefusal('switched-off')
    const member = await admit(tx, now, claims, at)
    const proven = now.trusts_factor && provesFactor(claims)
    await recordAct(tx, member, {
      act: 'signed-in',
      subject: `member:${member.memberId}`,
      detail: { by: 'sso', provider: now.id, factor: proven ? 'sso' : null },
    })
    return { kind: 'admitted', member, providerId: now.id, proven, next: attempt.next }
  })
}

async function readProvider(deps: SsoDeps, attempt: Attempt): Promise<ProviderRow> {
  const workspaceId = WorkspaceId.parse(attempt.workspace_id)
  const row = await inWorkspace(deps.database.db, workspaceId, (tx) =>
    lockProvider(tx, workspaceId, attempt.provider_id),
  )
  if (!row) throw new SsoRefusal('switched-off')
  return row
}

/** A try counts for whoever began it, still signed in, with an address that would be let in. */
async function finishTry(
  deps: SsoDeps,
  row: ProviderRow,
  { attempt, claims, session }: { attempt: Attempt; claims: Claims; session: SignedIn | null },
): Promise<Finished> {
  const workspaceId = WorkspaceId.parse(row.workspace_id)
  const actor = session?.actor
  const mine = actor?.workspaceId === workspaceId && actor.memberId === attempt.tried_by
  if (!actor || !mine || !mayManageSignIn(actor)) throw new SsoRefusal('not-begun')
  verifiedEmail(row, claims)
  const at = deps.clock()
  await inWorkspace(deps.database.db, workspaceId, async (tx) => {
    const now = await lockProvider(tx, workspaceId, row.id)
    if (!now || now.issuer !== row.issuer || now.client_id !== row.client_id)
      throw new SsoRefusal('switched-off')
    const other = await findIdentity(tx, now, { subject: claims.subject })
    if (other && other.user_id !== actor.userId) throw new SsoRefusal('other-person')
    // They are signed in here and there at once: from now on the one vouches for the other.
    if (!other) await link(tx, now, { member: actor, subject: claims.subject, at })
    await updateProvider(
      tx,
      { workspaceId, id: now.id },
      { tried_at: at, tried_factor: provesFactor(claims) },
    )
    await recordAct(tx, actor, { act: 'sso.tried', subject: `sso:${now.id}`, detail: {} })
  })
  return { kind: 'tried' }
}
