import { z } from 'zod'
import { Submission } from '../../../contract/website.ts'
import type { Json, NetworkEvent, NetworkMessage } from '../contract.ts'

/** What is needed to answer: where the answer will stand, for members. */
export const Ref = z.object({ page: z.url() })

/**
 * A visitor's submission as a private message. Each conversation has a visitor of its own: an e-mail
 * address that anybody could have typed ties nobody to anybody.
 * @throws ZodError when it is not what the form stores
 */
export function translate(raw: Json): NetworkEvent {
  const { id, thread, visitor, text, language, page, at } = Submission.parse(raw)
  return {
    kind: 'message',
    remoteId: id,
    version: at,
    author: {
      remoteId: thread,
      handle: visitor.email ?? '',
      displayName: visitor.name.normalize('NFC'),
      avatarUrl: null,
      profileUrl: null,
    },
    mine: false,
    text: text.normalize('NFC'),
    html: null,
    contentWarning: null,
    language,
    visibility: 'private',
    createdAt: new Date(at),
    editedAt: null,
    url: null,
    parentId: null,
    rootId: thread,
    quotedId: null,
    media: [],
    ref: { page },
  } satisfies NetworkMessage
}
