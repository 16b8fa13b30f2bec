import { z } from 'zod'
import { Conversation } from '../../../contract/conversations.ts'
import { listOf } from '../../../contract/http.ts'
import type { ConversationId, PageId } from '../../../contract/ids.ts'
import { OnCallView } from '../../../contract/on-call.ts'
import { type PageView as Page, PageView } from '../../../contract/pages.ts'
import { asServerOwner, openDesk } from '../../../test/desk.ts'
import type { Person } from '../../../test/http.ts'
import { addMailAccount } from '../../../test/mail-account.ts'
import { teamOf } from '../../../test/team.ts'

const MailRow = z.object({
  subject: z.string(),
  text: z.string(),
  html: z.string(),
  state: z.string(),
})

export type PagingDesk = Awaited<ReturnType<typeof openPagingDesk>>

/** A desk with two people on call, an e-mail account whose server is down, and what one does there. */
export async function openPagingDesk() {
  const desk = await openDesk()
  const team = teamOf(desk)
  const admin = await team.member('admin')
  const ana = await team.member('responder')
  const bob = await team.member('responder')
  const analyst = await team.member('analyst')
  await addMailAccount(desk.database, admin.workspaceId)
  const { url } = desk.database

  async function setRota(people: Person[], more: object = {}): Promise<OnCallView> {
    const rota = people.map(({ memberId }) => ({ memberId, shift: null }))
    const settings = { rota, severities: ['urgent'], stepMinutes: 5, repeats: 1, ...more }
    const answer = await desk.request(admin, 'PUT', '/api/v1/on-call', settings)
    if (answer.status !== 200) throw new Error(JSON.stringify(answer.body))
    return OnCallView.parse(answer.body)
  }

  async function pagesOf(conversation: ConversationId): Promise<Page[]> {
    const path = `/api/v1/pages?state=all&conversationId=${conversation}`
    return listOf(PageView).parse((await desk.request(analyst, 'GET', path)).body).items
  }

  async function setSeverity(conversation: ConversationId, severity: string | null): Promise<void> {
    const path = `/api/v1/conversations/${conversation}`
    const answer = await desk.request(admin, 'PATCH', path, { severity })
    if (answer.status !== 200) throw new Error(JSON.stringify(answer.body))
  }

  /** Waits until so many steps were taken. */
  async function untilStep(conversation: ConversationId, step: number): Promise<Page> {
    for (const end = Date.now() + 30_000; ; await pause(50)) {
      const [page] = await pagesOf(conversation)
      const taken = Math.max(0, ...(page?.calls.map((call) => call.step) ?? []))
      if (page && taken === step) return page
      if (Date.now() > end) throw new Error(`${taken} steps were taken, not ${step}`)
    }
  }

  await setRota([ana, bob])
  return {
    desk,
    people: { admin, ana, bob, analyst },
    setRota,
    pagesOf,
    setSeverity,
    untilStep,
    /** A customer waits in an urgent conversation, and the first step was taken. */
    async page(text: string, more = {}): Promise<{ conversation: ConversationId; id: PageId }> {
      const { conversation } = await desk.customerAsks(text, more)
      await setSeverity(conversation, 'urgent')
      return { conversation, id: (await untilStep(conversation, 1)).id }
    },
    /** The pause until the next step is over. */
    async hasten(id: PageId): Promise<void> {
      await asServerOwner(url, 'update pages set next_at = now() where id = $1', [id])
      await hastenJob(`page:${id}`)
    },
    hastenJob,
    /** What is in line to somebody about a conversation. */
    async mailsTo(person: Person, conversation: ConversationId) {
      const rows = await asServerOwner(
        url,
        `select subject, text, html, state from outgoing_mails
         where to_address = $1 and strpos(text, $2) > 0 order by id`,
        [person.email, conversation],
      )
      return rows.map((row) => MailRow.parse(row))
    },
    async read(conversation: ConversationId): Promise<Conversation> {
      const answer = await desk.api('GET', `/api/v1/conversations/${conversation}`)
      return Conversation.parse(answer.body)
    },
    /** The customer says more. */
    async says(conversation: ConversationId, post: string, text: string): Promise<void> {
      const answer = await desk.api('GET', `/api/v1/conversations/${conversation}`)
      const { person } = Conversation.parse(answer.body)
      const as = person.handle.replace(/^@/, '').split('@')[0]
      await desk.control('POST', '/practice/posts', { as, text: `@shop ${text}`, reply_to: post })
    },
  }

  async function hastenJob(key: string): Promise<void> {
    const text = 'update graphile_worker._private_jobs set run_at = now() where key = $1'
    await asServerOwner(url, text, [key])
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
