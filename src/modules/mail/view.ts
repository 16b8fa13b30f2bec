import { OutgoingMailId } from '../../../contract/ids.ts'
import type { OutgoingMailView } from '../../../contract/mail.ts'
import type { StoredMail } from './store.ts'

export function viewMail(row: StoredMail): OutgoingMailView {
  return {
    id: OutgoingMailId.parse(row.id),
    to: row.to_address,
    subject: row.subject,
    state: row.state,
    problem: row.problem,
    attempts: row.attempts,
    createdAt: row.created_at.toISOString(),
    sentAt: row.sent_at?.toISOString() ?? null,
  }
}
