import { sql } from 'kysely'
import { z } from 'zod'
import type { WorkspaceId } from '../contract/ids.ts'
import { inWorkspace } from '../src/platform/db.ts'
import type { TestDatabase } from './database.ts'
import { minute } from './town.ts'

const Shown = z.object({
  thread: z.string(),
  person: z.string(),
  visibility: z.string(),
  state: z.string(),
  since: z.string().nullable(),
  due: z.string(),
  last: z.string(),
  preview: z.string(),
  count: z.number(),
  messages: z.array(
    z.object({
      id: z.string(),
      author: z.string(),
      text: z.string(),
      deleted: z.boolean(),
      version: z.string().nullable(),
      versions: z.array(z.string()).nullable(),
    }),
  ),
})

export type Shown = z.infer<typeof Shown>

/** All that a workspace shows, without ids and counters of our own. */
export async function showWorkspace(
  { db }: Pick<TestDatabase, 'db'>,
  { workspaceId }: { workspaceId: WorkspaceId },
): Promise<Shown[]> {
  const { rows } = await inWorkspace(db, workspaceId, (tx) =>
    sql`
      select c.thread_key as thread, i.remote_id as person, c.visibility, c.state, c.unanswered_since::text as since,
        c.due_at::text as due, c.last_message_at::text as last, c.last_customer_text as preview, c.message_count as count,
        (select json_agg(json_build_object('id', m.remote_id, 'author', m.author, 'text', m.text,
            'deleted', m.deleted_at is not null,
            'version', case when m.deleted_at is null then m.remote_version end,
            'versions', (select json_agg(v.text order by v.text) from message_versions v where v.message_id = m.id))
            order by m.remote_id)
          from messages m where m.conversation_id = c.id) as messages
      from conversations c join identities i on i.workspace_id = c.workspace_id and i.id = c.identity_id
      order by 1, 2`.execute(tx),
  )
  return Shown.array().parse(rows)
}

/** The one conversation of a workspace. */
export async function showOnly(
  database: Pick<TestDatabase, 'db'>,
  place: { workspaceId: WorkspaceId },
): Promise<Shown> {
  const [only, ...others] = await showWorkspace(database, place)
  if (!only || others.length > 0) throw new Error(`${others.length + (only ? 1 : 0)} conversations`)
  return only
}

/** Minutes after dawn as `showWorkspace` writes times. */
export function timeText(at: number): string {
  return minute(at).toISOString().replace('T', ' ').replace('.000Z', '+00')
}
