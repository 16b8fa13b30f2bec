import { z } from 'zod'
import { ApiError } from './api/errors.ts'
import { deliver, type Network } from './network.ts'
import { notify } from './notify.ts'
import { type Account, findAccount, follows, getAccount, getShop } from './store/accounts.ts'
import { inTransaction, one, run } from './store/database.ts'
import { attachMedia, getMedia, listMedia } from './store/media.ts'
import { touchConversation } from './store/notifications.ts'
import {
  getStatus,
  insertStatus,
  listMentions,
  listReactors,
  markDeleted,
  replaceText,
  Status,
  setMentions,
  Visibility,
} from './store/statuses.ts'
import { countCharacters, limits } from './text/count.ts'
import { mentionedNames } from './text/patterns.ts'
import { conversationView, statusView, withoutOwnDomain } from './view.ts'
import { canSee } from './visibility.ts'

const keyLifeMs = 60 * 60 * 1000

/** Posts a status as Mastodon does: checks it, stores it with its mentions and files, tells those
 * it concerns. A known idempotency key (one hour) answers the status it made before. */
export function postStatus(net: Network, input: NewStatus): Status {
  const known = input.idempotencyKey && findByKey(net, input.accountId, input.idempotencyKey)
  if (known) return known
  checkWords(input)
  checkMedia(net, input)
  return inTransaction(net.db, () => {
    const status = storeStatus(net, input)
    announce(net, status)
    for (const listener of net.posted) listener(status)
    return status
  })
}

/** Changes the words and files of a status; the former ones stay in its history. */
export function editStatus(net: Network, before: Status, change: StatusChange): Status {
  const { mediaIds } = change
  checkWords(change)
  checkMedia(net, { accountId: before.account_id, mediaIds, editing: before.id })
  const after: Status = {
    ...before,
    text: change.text,
    spoiler: change.spoiler,
    sensitive: Number(change.sensitive),
    language: change.language,
    edited_at: net.now(),
  }
  inTransaction(net.db, () => {
    replaceText(net.db, before, after)
    attachMedia(net.db, before.id, mediaIds)
    setMentions(net.db, before.id, mentionedIds(net, after.text))
    announceEdit(net, after)
  })
  return after
}

/** Takes a status away; it stays in the ground truth, marked as deleted. */
export function deleteStatus(net: Network, status: Status): void {
  inTransaction(net.db, () => markDeleted(net.db, status.id, net.now()))
  const author = Number(getAccount(net.db, status.account_id)?.followed)
  const told = [status.account_id, ...listMentions(net.db, status.id)]
  const shop = getShop(net.db).id
  if (author === 1 && status.visibility !== 'direct') told.push(shop)
  for (const id of new Set(told)) {
    deliver(net, id, { name: 'delete', data: status.id, streams: ['user'] })
  }
}

function storeStatus(net: Network, input: NewStatus): Status {
  const parent = input.inReplyToId === null ? undefined : getStatus(net.db, input.inReplyToId)
  if (input.inReplyToId !== null && !(parent && canSee(net.db, parent, input.accountId))) {
    throw new ApiError(404, 'The post you are trying to reply to does not appear to exist.')
  }
  const id = net.nextId()
  const status: Status = {
    id,
    account_id: input.accountId,
    text: input.text,
    spoiler: input.spoiler,
    visibility: input.visibility,
    language: input.language,
    sensitive: Number(input.sensitive || input.spoiler !== ''),
    in_reply_to_id: parent?.id ?? null,
    in_reply_to_account_id: parent?.account_id ?? null,
    thread_id: parent?.thread_id ?? id,
    idempotency_key: input.idempotencyKey,
    application: input.application,
    created_at: net.now(),
    edited_at: null,
    deleted_at: null,
  }
  insertStatus(net.db, status)
  setMentions(net.db, id, mentionedIds(net, input.text))
  attachMedia(net.db, id, input.mediaIds)
  if (input.idempotencyKey) rememberKey(net, status)
  return status
}

function announce(net: Network, status: Status): void {
  const mentioned = listMentions(net.db, status.id)
  const author = getAccount(net.db, status.account_id)
  const shop = getShop(net.db)
  for (const id of mentioned) {
    if (id !== status.account_id)
      notify(net, { to: id, type: 'mention', from: status.account_id, status })
  }
  if (status.visibility === 'direct') announcePrivate(net, status, mentioned)
  for (const viewer of new Set([status.account_id, shop.id])) {
    if (author && inHome(net, viewer, status, author)) {
      const data = JSON.stringify(statusView(net, status, viewer))
      deliver(net, viewer, { name: 'update', data, streams: ['user'] })
    }
  }
}

function announcePrivate(net: Network, status: Status, mentioned: string[]): void {
  for (const id of new Set([status.account_id, ...mentioned])) {
    const conversation = touchConversation(net.db, {
      id: net.nextId(),
      account_id: id,
      thread_id: status.thread_id,
      last_status_id: status.id,
      unread: Number(id !== status.account_id),
    })
    const data = JSON.stringify(conversationView(net, conversation))
    deliver(net, id, { name: 'conversation', data, streams: ['direct'] })
  }
}

function announceEdit(net: Network, status: Status): void {
  const author = getAccount(net.db, status.account_id)
  if (!author) return
  for (const id of listMentions(net.db, status.id)) {
    notify(net, { to: id, type: 'mention', from: author.id, status, onlyOnce: true })
  }
  for (const id of listReactors(net.db, status.id, 'reblog')) {
    if (id !== author.id) notify(net, { to: id, type: 'update', from: author.id, status })
  }
  // As on Mastodon, only the author and followers hear of an edit live; others must look again.
  const shop = getShop(net.db)
  for (const viewer of new Set([author.id, shop.id])) {
    const hears = viewer === author.id || follows(net.db, viewer, author)
    if (!hears || !canSee(net.db, status, viewer)) continue
    const data = JSON.stringify(statusView(net, status, viewer))
    deliver(net, viewer, { name: 'status.update', data, streams: ['user'] })
  }
}

/** Whether a status belongs in the viewer's home timeline: own ones and those of people they
 * follow, replies only when they answer the viewer, the author or someone the viewer follows. */
export function inHome(net: Network, viewer: string, status: Status, author: Account): boolean {
  if (status.visibility === 'direct') return false
  if (author.id === viewer) return true
  if (!follows(net.db, viewer, author) || !canSee(net.db, status, viewer)) return false
  const to = status.in_reply_to_account_id
  if (to === null || to === viewer || to === author.id) return true
  const parentAuthor = getAccount(net.db, to)
  return parentAuthor !== undefined && follows(net.db, viewer, parentAuthor)
}

function checkWords(input: { text: string; spoiler: string; mediaIds: string[] }): void {
  if (input.text.trim() === '' && input.mediaIds.length === 0) {
    throw new ApiError(422, "Validation failed: Text can't be blank")
  }
  if (countCharacters(input.text, input.spoiler) > limits.maxCharacters) {
    const told = `Validation failed: Text character limit of ${limits.maxCharacters} exceeded`
    throw new ApiError(422, told)
  }
}

function checkMedia(net: Network, input: MediaUse): void {
  if (input.mediaIds.length > limits.maxMedia) {
    throw new ApiError(422, 'Validation failed: Cannot attach more than 4 files')
  }
  const files = input.mediaIds.flatMap((id) => getMedia(net.db, id) ?? [])
  const foreign = files.some(
    (file) =>
      file.account_id !== input.accountId ||
      (file.status_id !== null && file.status_id !== input.editing),
  )
  if (foreign || files.length !== input.mediaIds.length) {
    throw new ApiError(
      422,
      `Validation failed: Media ${input.mediaIds.join(', ')} not found or already attached to another post`,
    )
  }
  if (files.some((file) => file.ready_at > net.now())) {
    const told = 'Cannot attach files that have not finished processing. Try again in a moment!'
    throw new ApiError(422, `Validation failed: ${told}`)
  }
  if (files.length > 1 && files.some((file) => file.type !== 'image')) {
    const told = 'Cannot attach a video to a post that already contains images'
    throw new ApiError(422, `Validation failed: ${told}`)
  }
}

function findByKey(net: Network, accountId: string, key: string): Status | undefined {
  if (!net.modes.get().idempotency) return undefined
  return one(
    net.db,
    Status,
    `select statuses.* from idempotency join statuses on statuses.id = idempotency.status_id
     where idempotency.account_id = ? and key = ? and at > ? and deleted_at is null`,
    accountId,
    key,
    net.now() - keyLifeMs,
  )
}

function rememberKey(net: Network, status: Status): void {
  run(
    net.db,
    'insert or replace into idempotency (account_id, key, status_id, at) values (?, ?, ?, ?)',
    status.account_id,
    status.idempotency_key,
    status.id,
    net.now(),
  )
}

function mentionedIds(net: Network, text: string): string[] {
  const found = mentionedNames(text).map((name) => findAccount(net.db, withoutOwnDomain(net, name)))
  return [...new Set(found.flatMap((account) => account?.id ?? []))]
}

/** The ids of the files a status has now. */
export function mediaIdsOf(net: Network, statusId: string): string[] {
  return listMedia(net.db, statusId).map((media) => media.id)
}

export const NewStatus = z.object({
  accountId: z.string(),
  text: z.string(),
  spoiler: z.string(),
  visibility: Visibility,
  language: z.string().nullable(),
  sensitive: z.boolean(),
  inReplyToId: z.string().nullable(),
  mediaIds: z.array(z.string()),
  idempotencyKey: z.string().nullable(),
  application: z.string().nullable(),
})
export type NewStatus = z.infer<typeof NewStatus>
export type StatusChange = Pick<
  NewStatus,
  'text' | 'spoiler' | 'sensitive' | 'language' | 'mediaIds'
>
type MediaUse = { accountId: string; mediaIds: string[]; editing?: string }
