import { z } from 'zod'
import { OutgoingMailId, type WorkspaceId } from '../../../contract/ids.ts'
import type { Tx } from '../../platform/db.ts'
import { AppError } from '../../platform/errors.ts'
import { cleanText } from '../../platform/fold-text.ts'
import { newId } from '../../platform/ids.ts'
import { enqueue } from '../../platform/jobs.ts'
import { sendMailTask } from './send-mail.ts'
import { insertMail } from './store.ts'

export type NewMail = {
  workspaceId: WorkspaceId
  to: string
  subject: string
  text: string
  html?: string | null
  /** Asking twice with one key sends one mail. Default: every call is a mail. */
  key?: string
  /** A program wrote it, so answering machines keep still (RFC 3834). Default true. */
  automatic?: boolean
  /** Web address that ends such mail with one POST (RFC 8058). */
  unsubscribe?: string | null
}

/**
 * Puts a mail in line, in the transaction of the change that asks for it: it goes out if and only if
 * that change stands. It is sent by the workspace's first connected e-mail channel; while there is none
 * it waits. At most one repeat follows an attempt whose outcome is not known, with the same Message-ID.
 * @throws AppError `bad-input` when `to` is no e-mail address
 */
export async function enqueueMail(tx: Tx, mail: NewMail): Promise<void> {
  const to = mail.to.trim()
  if (!z.email().safeParse(to).success)
    throw new AppError('bad-input', 'That is not an e-mail address that can be written to.')
  const id = newId(OutgoingMailId)
  const added = await insertMail(tx, {
    workspaceId: mail.workspaceId,
    id,
    key: mail.key ?? null,
    to,
    subject: cleanText(mail.subject),
    text: cleanText(mail.text),
    html: mail.html === undefined || mail.html === null ? null : cleanText(mail.html),
    automatic: mail.automatic ?? true,
    unsubscribe: mail.unsubscribe ?? null,
  })
  if (added) await enqueue(tx, sendMailTask, { workspaceId: mail.workspaceId, mailId: id })
}
