import { sql } from 'kysely'
import type { PersonId, WorkspaceId } from '../../../contract/ids.ts'
import { inWorkspace, type Tx } from '../../platform/db.ts'
import { type Actor, authorize } from '../access/index.ts'
import { recordAct } from '../audit/index.ts'
import type { PeopleDeps } from './deps.ts'
import { viewPerson } from './get-person.ts'
import { canManagePeople } from './policy.ts'

/**
 * All that is kept of one person, in one JSON document: what they wrote and what they were answered, notes,
 * consents, accounts. Nobody else’s data: not other customers’ words, nor the names of members.
 */
export async function exportPerson(
  deps: PeopleDeps,
  actor: Actor,
  id: PersonId,
): Promise<Record<string, unknown>> {
  authorize(actor, canManagePeople(actor))
  return inWorkspace(deps.database.db, actor.workspaceId, async (tx) => {
    const { notes, consents, winBacks, ...person } = await viewPerson(tx, actor, id)
    const { workspaceId } = actor
    const answer = {
      exportedAt: deps.clock().toISOString(),
      person: {
        id: person.id,
        name: person.name,
        tags: person.tags,
        externalId: person.externalId,
        createdAt: person.createdAt,
      },
      identities: person.identities,
      contacts: person.contacts,
      websiteVisits: await readVisits(tx, workspaceId, person.id),
      notes: notes.map(({ text, createdAt }) => ({ text, createdAt })),
      consents: consents.map(({ recordedBy: _, ...consent }) => consent),
      winBacks: winBacks.map(({ steps, ...one }) => ({
        ...one,
        steps: steps.map(({ state, at }) => ({ state, at })),
      })),
      conversations: await readAllConversations(tx, workspaceId, person.id),
    }
    await recordAct(tx, actor, {
      act: 'person.exported',
      subject: `person:${person.id}`,
      detail: { conversations: answer.conversations.length },
    })
    return answer
  })
}

async function readVisits(tx: Tx, workspaceId: WorkspaceId, id: PersonId) {
  const { rows } = await sql<{ name: string; email: string | null; createdAt: Date }>`
    select w.name, w.email, w.created_at as "createdAt" from website_threads w
    join conversations c on c.workspace_id = w.workspace_id and c.channel_id = w.channel_id and c.thread_key = w.id::text
    where w.workspace_id = ${workspaceId} and c.person_id = ${id} order by w.created_at`.execute(tx)
  return rows
}

type MessageRow = {
  conversation_id: string
  network: string
  author: string
  text: string
  content_warning: string | null
  media: unknown
  url: string | null
  language: string | null
  sent_at: Date
  edited_at: Date | null
  deleted_at: Date | null
  earlier: string[] | null
  notes: { text: string; at: string }[] | null
}

/** What a machine or somebody else said in between is left out. */
async function readAllConversations(tx: Tx, workspaceId: WorkspaceId, id: PersonId) {
  const { rows } = await sql<MessageRow>`
    select m.conversation_id, ch.network, m.author, m.text, m.content_warning, m.media, m.url, m.language,
      m.sent_at, m.edited_at, m.deleted_at,
      (select array_agg(v.text order by v.seen_at) from message_versions v
        where v.workspace_id = m.workspace_id and v.message_id = m.id) as earlier,
      (select json_agg(json_build_object('text', n.text, 'at', n.created_at) order by n.created_at) from notes n
        where n.workspace_id = m.workspace_id and n.conversation_id = m.conversation_id) as notes
    from conversations c
    join messages m on m.workspace_id = c.workspace_id and m.conversation_id = c.id
    join channels ch on ch.workspace_id = m.workspace_id and ch.id = m.channel_id
    where c.workspace_id = ${workspaceId} and c.person_id = ${id} and m.author <> 'other'
    order by c.id, m.sent_at, m.id`.execute(tx)
  const byConversation = Map.groupBy(rows, (row) => row.conversation_id)
  return [...byConversation].map(([conversationId, messages]) => ({
    id: conversationId,
    network: messages[0]?.network,
    notes: messages[0]?.notes ?? [],
    messages: messages.map((row) => ({
      from: row.author === 'customer' ? 'person' : 'business',
      network: row.network,
      text: row.text,
      earlierVersions: row.earlier ?? [],
      contentWarning: row.content_warning,
      media: row.media,
      url: row.url,
      language: row.language,
      sentAt: row.sent_at,
      editedAt: row.edited_at,
      deletedAt: row.deleted_at,
    })),
  }))
}
