import { z } from 'zod'
import { ApiError } from './api/errors.ts'
import { storeFile } from './api/media.ts'
import { File } from './api/params.ts'
import { ensurePerson } from './customers/people.ts'
import type { Network } from './network.ts'
import { photos } from './pictures.ts'
import { deleteStatus, editStatus, mediaIdsOf, postStatus } from './post.ts'
import { type Account, acct, findAccount, getAccount, getShop } from './store/accounts.ts'
import { getStatus, type Status, Visibility } from './store/statuses.ts'
import { mentionedNames } from './text/patterns.ts'

export const CustomerPost = z.object({
  /** user name (`name` or `name@domain`) or id; an unknown name moves in */
  as: z.string().min(1),
  text: z.string(),
  visibility: Visibility.default('public'),
  reply_to: z.string().nullish(),
  spoiler: z.string().default(''),
  language: z.string().optional(),
  /** begin with the shop's name unless the text has it already */
  mention: z.boolean().default(true),
  /** one of the ready photos, or a file */
  photo: z.union([z.enum(['brokenMug', 'crushedBox']), File]).optional(),
  photo_description: z.string().nullish(),
})
export type CustomerPost = z.infer<typeof CustomerPost>

/** Posts in the name of a customer, outside every fault. Throws ApiError 404 and 422. */
export async function writeAsCustomer(net: Network, post: CustomerPost): Promise<Status> {
  const person = findPerson(net, post.as) ?? moveIn(net, post)
  if (person.shop) throw new ApiError(422, 'The shop answers from its own desk')
  const mediaIds = post.photo ? [await storePhoto(net, person, post)] : []
  return postStatus(net, {
    accountId: person.id,
    text: post.mention ? withMention(net, post.text) : post.text,
    spoiler: post.spoiler,
    visibility: post.visibility,
    language: post.language ?? person.language,
    sensitive: false,
    inReplyToId: post.reply_to || null,
    mediaIds,
    idempotencyKey: null,
    application: null,
  })
}

/** Changes a customer's words. */
export function editAsCustomer(net: Network, id: string, change: CustomerEdit): Status {
  const status = customersStatus(net, id)
  return editStatus(net, status, {
    text: change.text,
    spoiler: change.spoiler ?? status.spoiler,
    sensitive: status.sensitive === 1,
    language: status.language,
    mediaIds: mediaIdsOf(net, id),
  })
}

export function deleteAsCustomer(net: Network, id: string): void {
  deleteStatus(net, customersStatus(net, id))
}

/** A person by user name or id. */
export function findPerson(net: Network, name: string): Account | undefined {
  return findAccount(net.db, name) ?? getAccount(net.db, name)
}

function moveIn(net: Network, post: CustomerPost): Account {
  const [name = '', domain = ''] = post.as.replace(/^@/, '').split('@')
  return ensurePerson(net, { name, domain, language: post.language })
}

function withMention(net: Network, text: string): string {
  const shop = acct(getShop(net.db))
  return mentionedNames(text).some((name) => name.toLowerCase() === shop)
    ? text
    : `@${shop} ${text}`
}

async function storePhoto(net: Network, person: Account, post: CustomerPost): Promise<string> {
  const { photo } = post
  if (!photo) throw new ApiError(422, 'No photo')
  const file =
    typeof photo === 'string'
      ? { bytes: await photos[photo](), mime: 'image/png', name: `${photo}.png` }
      : photo
  const description = post.photo_description || null
  const media = await storeFile(net, { accountId: person.id, file, description, slow: false })
  return media.id
}

function customersStatus(net: Network, id: string): Status {
  const status = getStatus(net.db, id)
  if (!status || getAccount(net.db, status.account_id)?.shop) {
    throw new ApiError(404, 'Record not found')
  }
  return status
}

export type CustomerEdit = { text: string; spoiler?: string | undefined }
