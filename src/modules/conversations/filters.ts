import { type RawBuilder, sql } from 'kysely'
import { z } from 'zod'
import { type ConversationQuery, ConversationState } from '../../../contract/conversations.ts'
import { badField } from '../../platform/errors.ts'
import { wordsOf } from '../../platform/fold-text.ts'
import type { Actor } from '../access/index.ts'
import { awake } from './view.ts'

export type ConversationFilter = Pick<
  ConversationQuery,
  'state' | 'assignee' | 'department' | 'channel' | 'kind' | 'overdue' | 'snoozed' | 'text'
>

/**
 * What a list asks for, as conditions on a row `c` of conversations.
 * @throws AppError `bad-input` that names the field
 */
export function filtersOf(
  actor: Actor,
  query: ConversationFilter,
  now: Date,
): RawBuilder<unknown>[] {
  const where = [
    sql`c.workspace_id = ${actor.workspaceId}`,
    stateFilter(query.state),
    sql`c.merged_into is null`,
  ]
  if (query.assignee === 'none') where.push(sql`c.assignee_id is null`)
  else if (query.assignee !== undefined)
    where.push(sql`c.assignee_id = ${assigneeOf(actor, query.assignee)}`)
  if (query.department === 'none') where.push(sql`c.department_id is null`)
  else if (query.department !== undefined) where.push(sql`c.department_id = ${query.department}`)
  if (query.channel) where.push(sql`c.channel_id = ${query.channel}`)
  if (query.kind) where.push(sql`c.kind = ${query.kind}`)
  if (query.overdue === 'true') where.push(sql`c.due_at < ${now}`)
  if (query.overdue === 'false') where.push(sql`c.due_at >= ${now}`)
  if (query.snoozed === 'only') where.push(sql`not ${awake(now)}`)
  if (query.snoozed === undefined) where.push(awake(now))
  if (query.text?.trim()) where.push(textFilter(query.text))
  return where
}

function stateFilter(states: string | undefined) {
  if (states === undefined) return sql`c.state <> 'done'`
  const parsed = z.array(ConversationState).safeParse(states.split(','))
  if (!parsed.success)
    throw badField('state', `must be among ${ConversationState.options.join(', ')}`)
  // Said besides, so that the partial indexes over open conversations serve it.
  const open = parsed.data.includes('done') ? sql`` : sql` and c.state <> 'done'`
  return sql`c.state = any(${parsed.data}::text[])${open}`
}

/** An API key has nobody who could be "me". */
function assigneeOf(actor: Actor, wanted: string): string {
  if (wanted !== 'me') return wanted
  if (actor.kind !== 'member') throw badField('assignee', '"me" needs a person; name a member’s id')
  return actor.memberId
}

/** All words must stand in one message of the conversation; the last one may be the beginning of a word. */
export function textFilter(text: string) {
  const words = wordsOf(text)
  if (words.length === 0) return sql`false`
  const wanted = words.map((word, index) => (index === words.length - 1 ? `${word}:*` : word))
  return sql`c.id in (select parley.find_conversations(${wanted.join(' & ')}::tsquery))`
}
