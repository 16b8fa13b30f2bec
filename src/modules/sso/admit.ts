import { WorkspaceId } from '../../../contract/ids.ts'
import { MemberRole } from '../../../contract/session.ts'
import type { Tx } from '../../platform/db.ts'
import { recordAct } from '../audit/index.ts'
import { findSsoMember, joinBySso, type SsoMember } from '../members/index.ts'
import { SsoRefusal } from './problem.ts'
import type { Claims } from './provider.ts'
import { findIdentity, type ProviderRow, putIdentity } from './store.ts'

/**
 * Who somebody is whom the provider vouches for: by issuer and subject; the first time by the verified
 * address of a member or of an open invitation; else a newcomer, where the workspace takes them.
 * @throws SsoRefusal with nothing written
 */
export async function admit(
  tx: Tx,
  row: ProviderRow,
  claims: Claims,
  at: Date,
): Promise<SsoMember> {
  const workspaceId = WorkspaceId.parse(row.workspace_id)
  const { subject } = claims
  const known = await findIdentity(tx, row, { subject })
  const userId = known?.user_id ?? null
  const member = userId === null ? null : await findSsoMember(tx, workspaceId, { userId })
  if (member) return member
  const email = verifiedEmail(row, claims)
  const colleague = await findSsoMember(tx, workspaceId, { email })
  if (colleague) {
    if (known || (await findIdentity(tx, row, { userId: colleague.userId })))
      // The address went to somebody else at the provider, and the member was another person.
      throw new SsoRefusal('other-person')
    // Whoever may add a provider could otherwise become any owner: owners tie themselves to it.
    if (colleague.role === 'owner') throw new SsoRefusal('owner-not-linked')
    await link(tx, row, { member: colleague, subject, at })
    return colleague
  }
  const joined = await joinBySso(tx, {
    workspaceId,
    email,
    name: claims.name ?? email.split('@')[0] ?? email,
    knownUserId: userId,
    newcomerRole: MemberRole.nullable().parse(row.newcomer_role),
    at,
  })
  if (!joined) throw new SsoRefusal('not-a-member')
  if (!known) await link(tx, row, { member: joined.member, subject, at })
  return joined.member
}

/** Ties a member to who they are at the provider. */
export async function link(
  tx: Tx,
  row: ProviderRow,
  { member, subject, at }: { member: SsoMember; subject: string; at: Date },
): Promise<void> {
  await putIdentity(tx, row, { subject, userId: member.userId, at })
  await recordAct(tx, member, {
    act: 'sso.linked',
    subject: `member:${member.memberId}`,
    detail: { provider: row.id, issuer: row.issuer },
  })
}

/** The address, if the provider verified it and the workspace takes its domain. */
export function verifiedEmail(row: ProviderRow, claims: Claims): string {
  const { email } = claims
  const domain = email?.split('@')
  if (email === null || domain?.length !== 2 || !domain[0]) throw new SsoRefusal('no-email')
  if (!claims.emailVerified) throw new SsoRefusal('unverified-email')
  if (!row.domains.includes(domain[1] ?? '')) throw new SsoRefusal('foreign-domain')
  return email
}
