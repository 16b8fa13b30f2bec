import type { OutgoingMail, OutgoingReply, Sent } from '../contract.ts'
import { compose, type Letter, letterOf } from './compose.ts'
import type { EmailSession } from './credential.ts'
import { rejected } from './failures.ts'
import { sentFolder, uidsOf, withImap } from './imap.ts'
import { messageIdOf } from './key.ts'
import { Ref } from './ref.ts'
import { submit } from './smtp.ts'

/** Answers a customer's mail in its thread. Throws ConnectorError. */
export async function deliver(session: EmailSession, reply: OutgoingReply): Promise<Sent> {
  const ref = Ref.parse(reply.replyTo.ref)
  if (ref.automatic)
    throw rejected('this mail was written by a machine; answering it could go round in circles')
  const { from } = session.credential
  return send(session, {
    from,
    to: ref.to,
    messageId: messageIdOf(reply.key, from.address),
    subject: replySubject(ref.subject),
    text: reply.text,
    html: null,
    media: reply.media,
    date: reply.createdAt,
    inReplyTo: ref.id,
    references: [...ref.references, ref.id].filter((id) => id !== null),
    automatic: false,
    unsubscribe: null,
  })
}

/** Writes to somebody who need not have written. Throws ConnectorError. */
export async function sendMail(session: EmailSession, mail: OutgoingMail): Promise<Sent> {
  const { from } = session.credential
  return send(session, letterOf(mail, from, messageIdOf(mail.key, from.address)))
}

async function send(session: EmailSession, letter: Letter): Promise<Sent> {
  const most = session.limits.private?.text[0]?.max
  if (most !== undefined && letter.text.length > most)
    throw rejected(`the text is longer than ${most} characters`)
  const message = await compose(letter)
  const { messageId } = await submit(session, letter.to.address, message)
  // Before the copy is filed: an answer to this mail must not look older than it.
  const at = session.now()
  const remoteId = messageId ?? letter.messageId
  await file(session, remoteId, letter.messageId, message)
  return { remoteId, url: null, at }
}

/**
 * Keeps a copy among the sent mail, unless the provider did. The mail is on its way by now, so trouble
 * here must not look like trouble with the mail: it would be sent twice.
 */
async function file(
  session: EmailSession,
  remoteId: string,
  messageId: string,
  message: Buffer,
): Promise<void> {
  try {
    await withImap(session, async (client) => {
      const folder = await sentFolder(client)
      if (folder === null) return
      for (const id of new Set([remoteId, messageId]))
        if ((await uidsOf(client, folder, id)).length > 0) return
      await client.append(folder, message, ['\\Seen'])
    })
  } catch {
    return // Decided: a missing copy is less than a second mail.
  }
}

function replySubject(subject: string): string {
  return /^re:/i.test(subject) ? subject : `Re: ${subject}`.trim()
}
