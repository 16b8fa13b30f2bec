import type { ImapFlow } from 'imapflow'
import type { Json } from '../contract.ts'
import type { EmailSession } from './credential.ts'
import { rejected } from './failures.ts'
import { uidsOf, withImap } from './imap.ts'
import { parseMail } from './parse-mail.ts'
import { fetchMail } from './receive.ts'
import { MediaRef, Ref } from './ref.ts'

/** The bytes of one file of a mail, read from the mailbox again. Throws `rejected` when the mail is gone. */
export async function media(
  session: EmailSession,
  message: { ref: Json },
  mediaRef: Json,
): Promise<Uint8Array> {
  const ref = Ref.parse(message.ref)
  const { index } = MediaRef.parse(mediaRef)
  return withImap(session, async (client) => {
    const source = await readAgain(client, ref)
    if (!source) throw rejected('this mail is no longer in the mailbox')
    const content = (await parseMail(source)).attachments[index]?.content
    if (content === undefined) throw rejected('this mail has no such file')
    return typeof content === 'string' ? Buffer.from(content) : new Uint8Array(content)
  })
}

/** By its place while the mailbox is as it was, else by its Message-ID. */
async function readAgain(client: ImapFlow, ref: Ref): Promise<Uint8Array | undefined> {
  const inbox = await client.mailboxOpen('INBOX', { readOnly: true })
  if (String(inbox.uidValidity) === ref.place.validity) {
    const mail = await fetchMail(client, ref.place.uid)
    if (mail?.source) return mail.source
  }
  if (ref.id === null) return undefined
  const [uid] = await uidsOf(client, 'INBOX', ref.id)
  if (uid === undefined) return undefined
  await client.mailboxOpen('INBOX', { readOnly: true })
  return (await fetchMail(client, uid))?.source
}
