import { sql } from 'kysely'
import type { z } from 'zod'
import { ConversationId } from '../../../contract/ids.ts'
import type { Rule, Rules, Trial, TrialInput, TrialSample } from '../../../contract/routing.ts'
import type { MessageKind } from '../../../contract/understanding.ts'
import { type Db, inWorkspace, type Tx } from '../../platform/db.ts'
import { previewOf } from '../../platform/fold-text.ts'
import { type Actor, authorize } from '../access/index.ts'
import { officeHours } from '../reply-clock/index.ts'
import { checkRules } from './check-rules.ts'
import { chooseRoute, prepareRules } from './choose-route.ts'
import { factsOf } from './facts.ts'
import { canRoute } from './policy.ts'
import { draftOf } from './read-routing.ts'
import { hashRules, holdRouting, readStanding } from './store.ts'

const mostSamples = 50

/**
 * Runs rules over the newest conversations as if each were opened now, and says for each rule what it would
 * have caught and what would stand elsewhere than today. No conversation is changed; that these rules were
 * tried is written down, so that they may go live.
 */
export async function tryRules(db: Db, actor: Actor, input: TrialInput): Promise<Trial> {
  authorize(actor, canRoute(actor))
  return inWorkspace(db, actor.workspaceId, async (tx) => {
    const routing = await holdRouting(tx, actor.workspaceId)
    const rules = input.rules ?? (await draftOf(tx, actor.workspaceId, routing))
    await checkRules(tx, actor.workspaceId, rules)
    await tx
      .updateTable('routing')
      .set({ tried: hashRules(rules) })
      .where('workspace_id', '=', actor.workspaceId)
      .execute()
    const past = await readPast(tx, actor, input.last)
    return report(rules, await placeAll(tx, actor, rules, past), past)
  })
}

type Past = {
  id: string
  channel_id: string
  network: string
  person_name: string
  visibility: 'public' | 'private'
  created_at: Date
  language: string | null
  text: string
  content_warning: string | null
  kind: MessageKind | null
  busy: boolean
  department_id: string | null
  department: string | null
  assignee_id: string | null
  assignee: string | null
  severity: string | null
}

/**
 * The newest conversations with the first words of each. Whether the person had another one open then is
 * judged by what is known today: it was there before, and was spoken in since or is not done.
 */
async function readPast(tx: Tx, { workspaceId }: Actor, last: number): Promise<Past[]> {
  const { rows } = await sql<Past>`
    select c.id, c.channel_id, ch.network, coalesce(nullif(i.display_name, ''), i.handle) as person_name,
      case m.visibility when 'private' then 'private' else 'public' end as visibility,
      c.created_at, m.language, m.text, m.content_warning, m.kind,
      c.department_id, d.name as department, c.assignee_id, a.name as assignee, c.severity,
      exists (select from conversations o
        where o.workspace_id = c.workspace_id and o.person_id = c.person_id and o.id <> c.id
          and o.created_at < c.created_at
          and (o.state <> 'done' or o.last_message_at > c.created_at)) as busy
    from (select * from conversations where workspace_id = ${workspaceId} order by id desc limit ${last}) c
    join channels ch on ch.workspace_id = c.workspace_id and ch.id = c.channel_id
    join identities i on i.workspace_id = c.workspace_id and i.id = c.identity_id
    join lateral (select visibility, language, text, content_warning, kind from messages
      where workspace_id = c.workspace_id and conversation_id = c.id and author = 'customer'
      order by sent_at, remote_id collate "C" limit 1) m on true
    left join departments d on d.workspace_id = c.workspace_id and d.id = c.department_id
    left join members a on a.workspace_id = c.workspace_id and a.id = c.assignee_id
    order by c.id desc`.execute(tx)
  return rows
}

type Placed = { rule: Rule; sample: z.infer<typeof TrialSample> }

async function placeAll(
  tx: Tx,
  actor: Actor,
  rules: Rules,
  past: readonly Past[],
): Promise<Placed[]> {
  const ready = prepareRules(rules)
  const names = await readNames(tx, actor)
  const standing = await readStanding(tx, actor.workspaceId)
  const hours = ready.asks.openingHours
    ? await officeHours(tx, actor.workspaceId, standing?.clock_version ?? null)
    : null
  return past.flatMap((row): Placed[] => {
    const opening = {
      ...{ channelId: row.channel_id, network: row.network, language: row.language },
      ...{ visibility: row.visibility, text: row.text, contentWarning: row.content_warning },
      kind: row.kind,
    }
    const isOpen = hours?.isOpen(row.created_at.getTime()) ?? false
    const facts = factsOf(opening, { hasOpenConversation: row.busy, isOpen })
    const rule = chooseRoute(ready, facts)
    return rule ? [{ rule, sample: sampleOf(row, rule, names) }] : []
  })
}

type Names = Awaited<ReturnType<typeof readNames>>

function sampleOf(row: Past, { give }: Rule, names: Names): z.infer<typeof TrialSample> {
  const { departmentId, assign, severity } = give
  const now = { department: row.department, assignee: row.assignee, severity: row.severity }
  const turn = assign && assign.to !== 'member' ? assign.to : null
  const memberId = assign?.to === 'member' ? assign.memberId : undefined
  const mine = names.holders.get(departmentId ?? '')
  return {
    id: ConversationId.parse(row.id),
    personName: row.person_name,
    network: row.network,
    words: previewOf(row.text),
    createdAt: row.created_at.toISOString(),
    now,
    would: {
      department: departmentId ? (names.departments.get(departmentId) ?? null) : null,
      assignee: memberId ? (names.members.get(memberId) ?? null) : null,
      severity: severity ?? null,
      turn,
    },
    changes:
      (departmentId !== undefined && departmentId !== row.department_id) ||
      (memberId !== undefined && memberId !== row.assignee_id) ||
      (turn !== null && !mine?.has(row.assignee_id ?? '')) ||
      (severity !== undefined && severity !== row.severity),
  }
}

async function readNames(tx: Tx, { workspaceId }: Actor) {
  const { rows } = await sql<{ kind: string; id: string; name: string; of: string | null }>`
    select 'department' as kind, id, name, null as of from departments where workspace_id = ${workspaceId}
    union all select 'member', id, name, null from members where workspace_id = ${workspaceId}
    union all select 'holder', member_id, '', department_id::text from department_members
      where workspace_id = ${workspaceId}`.execute(tx)
  const named = (kind: string) =>
    new Map(rows.filter((row) => row.kind === kind).map(({ id, name }) => [id, name]))
  const holders = new Map<string, Set<string>>()
  for (const { kind, id, of } of rows)
    if (kind === 'holder' && of !== null) holders.set(of, (holders.get(of) ?? new Set()).add(id))
  return { departments: named('department'), members: named('member'), holders }
}

function report(rules: Rules, placed: readonly Placed[], past: readonly Past[]): Trial {
  return {
    tried: past.length,
    since: past.at(-1)?.created_at.toISOString() ?? null,
    uncaught: past.length - placed.length,
    rules: rules.map((rule) => {
      const own = placed.filter((one) => one.rule === rule).map(({ sample }) => sample)
      return {
        id: rule.id,
        name: rule.name,
        caught: own.length,
        changes: own.filter(({ changes }) => changes).length,
        samples: own.slice(0, mostSamples),
      }
    }),
  }
}
