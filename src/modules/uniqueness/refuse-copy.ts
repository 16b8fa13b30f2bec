import { ConversationId, DeliveryId, SnippetId } from '../../../contract/ids.ts'
import type { EarlierReply } from '../../../contract/replies.ts'
import type { Tx } from '../../platform/db.ts'
import { AppError } from '../../platform/errors.ts'
import { type Actor, can } from '../access/index.ts'
import { bandKeys, wholeKey } from './bands.ts'
import { commonMarks } from './common-marks.ts'
import { type ReplyWords, replyWords } from './reply-words.ts'
import { similarity } from './similarity.ts'
import {
  findCandidates,
  findEarlier,
  forgetOld,
  insertPrint,
  lockReplies,
  readPrint,
  readRules,
} from './store.ts'

export type ReplyText = {
  text: string
  /** Names of the customer and of the writer: they make no reply another one. */
  names: readonly string[]
  now: Date
}

/** A text that is there to be changed before it leaves. */
export type StartingPoint = {
  id: string
  name: string
  text: string
  fixed: string
  changedAt: Date
}

const day = 86_400_000
const longestWindow = 366
/** Of a starting point less may be left: gaps filled in are a change, when they are a good part of it. */
const unchanged = 0.85

/**
 * Refuses a reply that is too like one sent before, to anybody, or like a starting point as it is; what
 * passes must be kept by `keepPrint` in the same transaction. From here to its end no other reply of the
 * workspace is checked, so that of two alike at one moment the second is refused.
 * @throws AppError `too-alike` with the earlier one as `earlier`
 */
export async function refuseCopy(
  tx: Tx,
  actor: Actor,
  reply: ReplyText,
  starts: readonly StartingPoint[] = [],
): Promise<void> {
  const said = replyWords(reply.text, reply.names)
  if (said.words.join('') === '') return
  const start = likeStart(said, reply, starts)
  if (start) throw refusal(actor, start)
  await lockReplies(tx, actor.workspaceId)
  await refuseEarlier(tx, actor, { said, text: reply.text, now: reply.now })
}

/** The same for a reply that is there already and is to be sent once more. */
export async function refuseCopyAgain(
  tx: Tx,
  actor: Actor,
  { id, text, now }: { id: DeliveryId; text: string; now: Date },
): Promise<void> {
  const print = await readPrint(tx, actor.workspaceId, id)
  if (print === undefined) return
  await lockReplies(tx, actor.workspaceId)
  await refuseEarlier(tx, actor, { said: parsePrint(print), text, now, except: id })
}

/** Keeps what a queued reply says for those after it. */
export async function keepPrint(
  tx: Tx,
  actor: Actor,
  deliveryId: DeliveryId,
  { text, names, now }: ReplyText,
): Promise<void> {
  const print = printReply(text, names)
  if (!print) return
  const { workspaceId } = actor
  await insertPrint(tx, { workspaceId, deliveryId, ...print, at: now })
  const before = new Date(now.getTime() - longestWindow * day)
  await forgetOld(tx, workspaceId, before, (old) => bandsOf(parsePrint(old)))
}

/** What is kept of a reply, to find it by; undefined: it says nothing. Pure. */
export function printReply(
  text: string,
  names: readonly string[],
): { words: string; bands: number[] } | undefined {
  const said = replyWords(text, names)
  return said.words.join('') === '' ? undefined : { words: printOf(said), bands: bandsOf(said) }
}

type Checked = { said: ReplyWords; text: string; now: Date; except?: DeliveryId }

async function refuseEarlier(tx: Tx, actor: Actor, checked: Checked): Promise<void> {
  const { said, text, now, except } = checked
  const rules = await readRules(tx, actor.workspaceId)
  const candidates = await findCandidates(tx, {
    workspaceId: actor.workspaceId,
    bands: bandsOf(said),
    since: new Date(now.getTime() - rules.windowDays * day),
  })
  const likely = new Map(
    candidates
      .map((one) => [one.delivery_id, likeness(said, parsePrint(one.words))] as const)
      .filter(([id, likeness]) => likeness >= rules.threshold && id !== except),
  )
  // Hardly ever anything: only then is more than words read.
  if (likely.size === 0) return
  const alike = (await findEarlier(tx, actor.workspaceId, [...likely.keys()]))
    .map((earlier) => ({ earlier, likeness: likely.get(earlier.delivery_id) ?? 0 }))
    .sort((a, b) => b.likeness - a.likeness || +b.earlier.created_at - +a.earlier.created_at)[0]
  if (!alike) return
  const { earlier } = alike
  throw refusal(actor, {
    kind: 'reply',
    deliveryId: DeliveryId.parse(earlier.delivery_id),
    conversationId: ConversationId.parse(earlier.conversation_id),
    snippetId: null,
    name: earlier.person,
    text: earlier.text,
    by: earlier.by,
    at: earlier.created_at.toISOString(),
    similarity: round(alike.likeness),
    marks: commonMarks(earlier.text, text),
  })
}

function likeStart(
  said: ReplyWords,
  { text, names }: ReplyText,
  starts: readonly StartingPoint[],
): EarlierReply | undefined {
  for (const start of starts) {
    const likely = likeness(said, replyWords(start.fixed, names))
    if (likely >= unchanged)
      return {
        kind: 'snippet',
        deliveryId: null,
        conversationId: null,
        snippetId: SnippetId.parse(start.id),
        name: start.name,
        text: start.text,
        by: '',
        at: start.changedAt.toISOString(),
        similarity: round(likely),
        marks: commonMarks(start.text, text),
      }
  }
  return undefined
}

/** Short replies are the same or not; a short one is never like a long one. */
function likeness(a: ReplyWords, b: ReplyWords): number {
  if (a.short !== b.short) return 0
  if (a.short) return a.words.join(' ') === b.words.join(' ') ? 1 : 0
  return similarity(a.words, b.words)
}

function bandsOf({ words, short }: ReplyWords): number[] {
  return short ? [wholeKey(words)] : bandKeys(words)
}

const shortMark = '= '

function printOf({ words, short }: ReplyWords): string {
  return `${short ? shortMark : ''}${words.join(' ')}`
}

function parsePrint(print: string): ReplyWords {
  const short = print.startsWith(shortMark)
  return { words: (short ? print.slice(shortMark.length) : print).split(' '), short }
}

function round(share: number): number {
  return Math.round(share * 100) / 100
}

function refusal(actor: Actor, earlier: EarlierReply): AppError {
  const shown = can(actor, 'read-conversations')
    ? earlier
    : { ...earlier, text: null, name: '', marks: [] }
  const percent = Math.round(earlier.similarity * 100)
  const message =
    earlier.kind === 'snippet'
      ? 'is a snippet as it stands: snippets are starting points. Say it in your own words to this customer.'
      : `is too like a reply sent before (${percent} % the same words). Say it in your own words to this customer.`
  return new AppError('too-alike', `The text ${message}`, {
    fields: [{ field: 'text', message }],
    more: { earlier: shown },
  })
}
