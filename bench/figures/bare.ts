import type pg from 'pg'
import { z } from 'zod'

export const Bare = z.object({
  waits: z.number(),
  answered: z.number(),
  /** Of the calendar, in ms; null: so many still wait that it was not reached. */
  median: z.number().nullable(),
  p90: z.number().nullable(),
})
export type Bare = z.infer<typeof Bare>

/**
 * The page's main numbers as one plain statement: the waits that began in the period, counted by outcome and
 * hour of the week, and their curve by Kaplan and Meier with two quantiles. It is spared the second clock
 * (office hours), the intervals of confidence, merged conversations and returned replies.
 */
export async function readBare(
  owner: pg.Client,
  { workspaceId, from, to }: { workspaceId: string; from: string; to: Date },
): Promise<Bare> {
  const { rows } = await owner.query({
    name: 'bare figures',
    text: bareSql,
    values: [workspaceId, from, to],
  })
  return Bare.parse(rows[0])
}

const bareSql = `
  with asked as materialized (
    select distinct conversation_id as id from messages
    where workspace_id = $1 and author = 'customer' and deleted_at is null and sent_at >= $2 and sent_at < $3
  ), turns as (
    select a.id, t.at, t.reply, count(*) filter (where t.reply) over (
      partition by a.id order by t.at, t.reply rows between unbounded preceding and 1 preceding) as replies
    from asked a cross join lateral (
      select m.sent_at as at, m.author = 'member' as reply from messages m
      where m.workspace_id = $1 and m.conversation_id = a.id and m.author in ('customer', 'member')
        and m.deleted_at is null and m.sent_at >= $2
      union all
      (select m.sent_at, m.author = 'member' from messages m
      where m.workspace_id = $1 and m.conversation_id = a.id and m.author in ('customer', 'member')
        and m.deleted_at is null and m.sent_at < $2
      order by m.sent_at desc limit 1)
    ) t
  ), began as (
    select id, min(at) filter (where not reply) as since, min(at) filter (where reply) as answered_at
    from turns group by id, replies having not bool_and(reply)
  ), waits as materialized (
    select b.since, b.answered_at, coalesce(b.answered_at, now()) - b.since as time, c.state = 'done' as closed
    from began b join conversations c on c.workspace_id = $1 and c.id = b.id where b.since >= $2 and b.since < $3
  ), times as (
    select time, count(answered_at) as answers, count(*) filter (where answered_at is not null or not closed) as left_off
    from waits group by time
  ), risks as (
    select time, answers, (select count(*) from waits)
      - coalesce(sum(left_off) over (order by time rows between unbounded preceding and 1 preceding), 0) as at_risk
    from times
  ), curve as materialized (
    select time, exp(sum(ln(greatest(1 - answers / at_risk::float8, 1e-300))) over (order by time)) as waiting
    from risks where answers > 0
  )
  select count(*) as waits, count(answered_at) as answered,
    (select floor(extract(epoch from min(time)) * 1000)::float8 from curve where waiting <= 0.5 + 1e-9) as median,
    (select floor(extract(epoch from min(time)) * 1000)::float8 from curve where waiting <= 0.1 + 1e-9) as p90,
    (select json_agg(hours) from (
      select extract(isodow from since at time zone 'UTC') as day, extract(hour from since at time zone 'UTC') as hour, count(*)
      from waits group by 1, 2) hours) as hours
  from waits`
