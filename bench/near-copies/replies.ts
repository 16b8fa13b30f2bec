import type pg from 'pg'
import { printReply } from '../../src/modules/uniqueness/index.ts'
import { chance } from '../harness.ts'
import { idOf } from '../inbox/fill.ts'

const batch = 5000
const openings = 300
const ownWords = 16

/**
 * Texts as a business writes them: one of 300 openings of nine words, then words of their own. So each is
 * like thousands of others in a third of its words, and none is a copy.
 */
export function createTexts(seed: number): () => string {
  const random = chance(seed)
  const word = () => `w${Math.floor(random() * 60_000).toString(36)}`
  const begins = Array.from({ length: openings }, (_, n) =>
    Array.from({ length: 9 }, (_, at) => `o${n.toString(36)}${at}`).join(' '),
  )
  return () =>
    `${begins[Math.floor(random() * openings)]} ${Array.from({ length: ownWords }, word).join(' ')}`
}

/** Adds replies that were sent over the last year, with all that the check keeps of them. */
export async function addReplies(
  owner: pg.Client,
  {
    workspaceId,
    conversations,
    replies,
  }: { workspaceId: string; conversations: number; replies: number },
): Promise<void> {
  const text = createTexts(1)
  await owner.query(`set session_replication_role = replica; set synchronous_commit = off`)
  for (let from = 0; from < replies; from += batch) {
    const texts = Array.from({ length: Math.min(batch, replies - from) }, text)
    const prints = texts.map((one) => printReply(one, []) ?? { words: '', bands: [] })
    const years = `now() - (${replies} - n) * interval '${(365 * 86_400) / replies} s'`
    const values = [workspaceId, texts, from, conversations]
    await owner.query(
      `insert into deliveries (workspace_id, id, channel_id, conversation_id, reply_to_message_id, state, content,
         send_key, not_before, created_by, created_by_name, created_at, sent_at, remote_id)
       select $1, ${idOf('n')}, c.channel_id, c.id, c.id, 'sent', json_build_object('text', text), n, at, 'key:1', 'bench', at, at, 'reply ' || n
       from (select text, n, ${years} as at from (select text, $3::int + place - 1 as n
         from unnest($2::text[]) with ordinality as one (text, place)) numbered) one
       join conversations c on c.workspace_id = $1 and c.id = ${idOf('one.n % $4::int * 2')}`,
      values,
    )
    await owner.query(
      `insert into reply_prints (workspace_id, delivery_id, words, created_at)
       select $1, ${idOf('n')}, words, ${years}
       from (select words, $3::int + place - 1 as n from unnest($2::text[]) with ordinality as one (words, place)) one`,
      [workspaceId, prints.map(({ words }) => words), from],
    )
    await owner.query(
      `insert into reply_bands (workspace_id, band, created_at, delivery_id)
       select $1, band, ${years}, ${idOf('n')}
       from (select band, $3::int + (place - 1) / 16 as n from unnest($2::bigint[]) with ordinality as one (band, place)) one
       on conflict do nothing`,
      [workspaceId, prints.flatMap(({ bands }) => bands), from],
    )
  }
  await owner.query('reset session_replication_role; reset synchronous_commit')
  await owner.query('vacuum analyze deliveries, reply_prints, reply_bands')
}
