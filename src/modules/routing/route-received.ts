import { sql } from 'kysely'
import type { ConversationId, PersonId, WorkspaceId } from '../../../contract/ids.ts'
import type { Rule } from '../../../contract/routing.ts'
import type { MessageKind } from '../../../contract/understanding.ts'
import type { NetworkMessage } from '../../connectors/contract.ts'
import type { Tx } from '../../platform/db.ts'
import { officeHours } from '../reply-clock/index.ts'
import { chooseRoute, type PreparedRules } from './choose-route.ts'
import { factsOf } from './facts.ts'
import { preparedVersion, readStanding } from './store.ts'
import { takeTurns } from './take-turns.ts'

/** A conversation that a page opened, or to which it added a customer's messages. */
export type Received = {
  conversationId: ConversationId
  opened: boolean
  personId: PersonId
  posts: readonly Heard[]
}
/** A message with what it was read to be; null: it was not read. */
type Heard = { message: NetworkMessage; shown: { reading: { kind: MessageKind } | null } }
type Channel = { workspaceId: WorkspaceId; channelId: string; network: string }
type Live = { version: number; rules: PreparedRules; isOpen: boolean }
type Routed = { id: ConversationId; rule: Rule }

/**
 * Gives conversations that were opened, or opened again, their place by the live rules: those that were done
 * only by rules that say so. In the transaction that took the messages in, after their facts are worked out; a
 * page costs one short query when there is no rule, whatever its length.
 * @returns those whose severity was set
 */
export async function routeReceived(
  tx: Tx,
  channel: Channel,
  received: readonly Received[],
): Promise<ConversationId[]> {
  if (received.length === 0) return []
  const { workspaceId } = channel
  const live = await readLive(tx, workspaceId)
  if (!live) return []
  const routable = received.filter(({ opened }) => opened || live.rules.asks.reopening)
  if (routable.length === 0) return []
  const isBusy = live.rules.asks.openConversation
    ? await findBusy(tx, workspaceId, routable)
    : new Set()
  const routed = routable.flatMap((one): Routed[] => {
    const facts = factsOf(
      { ...openingOf(one.posts), channelId: channel.channelId, network: channel.network },
      { hasOpenConversation: isBusy.has(one.personId), isOpen: live.isOpen },
    )
    const rule = chooseRoute(live.rules, facts, { reopening: !one.opened })
    return rule ? [{ id: one.conversationId, rule }] : []
  })
  await apply(tx, workspaceId, live.version, routed)
  return routed.flatMap(({ id, rule }) => (rule.give.severity === undefined ? [] : [id]))
}

async function readLive(tx: Tx, workspaceId: WorkspaceId): Promise<Live | null> {
  const standing = await readStanding(tx, workspaceId)
  if (!standing || standing.live_version === null) return null
  const rules = await preparedVersion(tx, workspaceId, standing.live_version)
  if (rules.rules.length === 0) return null
  const isOpen =
    rules.asks.openingHours &&
    (await officeHours(tx, workspaceId, standing.clock_version)).isOpen(standing.now.getTime())
  return { version: standing.live_version, rules, isOpen }
}

/** People who have a conversation that is not done, besides those that came now. */
async function findBusy(
  tx: Tx,
  workspaceId: WorkspaceId,
  routable: readonly Received[],
): Promise<Set<string>> {
  const rows = await tx
    .selectFrom('conversations')
    .select('person_id')
    .distinct()
    .where('workspace_id', '=', workspaceId)
    .where('person_id', '=', sql<string>`any(${routable.map(({ personId }) => personId)}::uuid[])`)
    .where('id', '<>', sql<string>`all(${idsOf(routable)}::uuid[])`)
    .where('state', '<>', 'done')
    .execute()
  return new Set(rows.map((row) => row.person_id))
}

function openingOf(posts: readonly Heard[]) {
  const [opening] = [...posts].sort(
    ({ message: a }, { message: b }) =>
      a.createdAt.getTime() - b.createdAt.getTime() || (a.remoteId < b.remoteId ? -1 : 1),
  )
  if (!opening) throw new Error('a conversation begins with a message')
  const { message: first, shown } = opening
  const kind = shown.reading?.kind ?? null
  const { language, text, contentWarning } = first
  const visibility: 'private' | 'public' = first.visibility === 'private' ? 'private' : 'public'
  return { language, text, contentWarning, visibility, kind }
}

async function apply(
  tx: Tx,
  workspaceId: WorkspaceId,
  version: number,
  routed: readonly Routed[],
): Promise<void> {
  if (routed.length === 0) return
  const holders = await chooseHolders(tx, workspaceId, routed)
  const column = (read: (rule: Rule) => string | null | undefined) =>
    routed.map(({ rule }) => read(rule) ?? null)
  // Whoever left meanwhile gets nothing: the joins see to it, and the rest of the rule holds. What was answered
  // or taken back in the page that brought it waits for nobody, so its state stays.
  await sql`
    update conversations c set
      department_id = coalesce(d.id, c.department_id),
      assignee_id = coalesce(m.id, c.assignee_id),
      severity = coalesce(n.severity, c.severity),
      state = case when c.unanswered_since is null then c.state else coalesce(n.state, c.state) end,
      routed = jsonb_build_object('version', ${version}::int, 'rule', n.rule)
    from unnest(
      ${routed.map(({ id }) => id)}::uuid[],
      ${column(({ give }) => give.departmentId)}::uuid[],
      ${holders}::uuid[],
      ${column(({ give }) => give.severity)}::text[],
      ${column(({ give }) => give.state)}::text[],
      ${column(({ name }) => name)}::text[]
    ) as n (id, department_id, assignee_id, severity, state, rule)
    left join departments d
      on d.workspace_id = ${workspaceId} and d.id = n.department_id and d.removed_at is null
    left join members m on m.workspace_id = ${workspaceId} and m.id = n.assignee_id and m.left_at is null
    where c.workspace_id = ${workspaceId} and c.id = n.id`.execute(tx)
}

async function chooseHolders(
  tx: Tx,
  workspaceId: WorkspaceId,
  routed: readonly Routed[],
): Promise<(string | null)[]> {
  const turns = routed.flatMap(({ rule: { give } }, index) =>
    give.departmentId && give.assign && give.assign.to !== 'member'
      ? [{ index, departmentId: give.departmentId, by: give.assign.to }]
      : [],
  )
  const chosen = await takeTurns(tx, workspaceId, turns)
  const byIndex = new Map(turns.map(({ index }, at) => [index, chosen[at] ?? null]))
  return routed.map(({ rule: { give } }, index) =>
    give.assign?.to === 'member' ? give.assign.memberId : (byIndex.get(index) ?? null),
  )
}

function idsOf(received: readonly Received[]): ConversationId[] {
  return received.map(({ conversationId }) => conversationId)
}
