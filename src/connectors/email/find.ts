import type { ImapFlow } from 'imapflow'
import type { Found, OutgoingMail, OutgoingReply, Sent } from '../contract.ts'
import type { EmailSession } from './credential.ts'
import { sentFolder, uidsOf, withImap } from './imap.ts'
import { messageIdOf } from './key.ts'

/**
 * Looks for a mail by its Message-ID among what was sent and what came in. Finding it is proof that it
 * was handed over: many providers file what they take. Not finding it proves nothing, and repeating it
 * is not called safe: most receivers show two mails with one Message-ID once, but no rule says so.
 */
export async function find(
  session: EmailSession,
  { key }: Pick<OutgoingReply | OutgoingMail, 'key'>,
): Promise<Found> {
  const messageId = messageIdOf(key, session.credential.from.address)
  return withImap(session, async (client) => {
    const sent = await sentFolder(client)
    const folders = sent === null ? ['INBOX'] : [sent, 'INBOX']
    const matches: Sent[] = []
    for (const folder of folders)
      if (matches.length === 0) matches.push(...(await readMatches(client, folder, messageId)))
    return { matches, repeatSafe: false, looked: `the folders ${folders.join(' and ')}` }
  })
}

export const findMail = find

/** Copies of one mail are one mail. */
async function readMatches(client: ImapFlow, folder: string, messageId: string): Promise<Sent[]> {
  const [uid] = await uidsOf(client, folder, messageId)
  if (uid === undefined) return []
  const lock = await client.getMailboxLock(folder, { readOnly: true })
  try {
    const found = await client.fetchOne(String(uid), { internalDate: true }, { uid: true })
    const at = found ? new Date(found.internalDate ?? Date.now()) : new Date()
    return [{ remoteId: messageId, url: null, at }]
  } finally {
    lock.release()
  }
}
