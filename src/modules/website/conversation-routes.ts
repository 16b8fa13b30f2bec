import type { FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { hashToken } from '../../platform/crypto.ts'
import { inWorkspace } from '../../platform/db.ts'
import { isDatabaseAway } from '../../platform/db-errors.ts'
import { AppError } from '../../platform/errors.ts'
import type { App } from '../../platform/http-server.ts'
import { conversationBody } from './conversation-page.ts'
import { htmlAnswer, type PublicDeps } from './form-routes.ts'
import type { Fault } from './input.ts'
import { messageFaults, PostedForm } from './input.ts'
import { issueForm, readForm, soonestSend } from './keys.ts'
import type { Site } from './read-site.ts'
import { sendPage } from './send-page.ts'
import { findLink, findThread, noteVisit, readSaid, type Thread } from './store.ts'
import { takeIn } from './take-in.ts'
import { findWaitingOf } from './waiting-store.ts'
import { chooseLanguage, siteWords } from './words.ts'

const tags = ['website form']
const params = z.object({ token: z.string() })

/** The private page of a visitor's conversation, for whoever has its link. */
export function registerConversationRoutes(app: App, deps: PublicDeps): void {
  app.get(
    '/site/c/:token',
    {
      config: { access: 'open' },
      schema: { summary: 'A visitor’s conversation', tags, params, response: htmlAnswer },
    },
    async (request, reply) => {
      const visit = await openVisit(deps, request.params.token)
      return showConversation(deps, { ...visit, request, reply }, '', [])
    },
  )
  app.post(
    '/site/c/:token',
    {
      config: { access: 'open' },
      schema: {
        summary: 'Write more in a visitor’s conversation',
        tags,
        params,
        body: PostedForm,
        response: htmlAnswer,
      },
    },
    async (request, reply) => {
      const visit = await openVisit(deps, request.params.token)
      return takeMore(deps, { ...visit, request, reply }, request.body)
    },
  )
}

type Visit = { token: string; site: Site; thread: Thread }
type Asked = Visit & { request: FastifyRequest; reply: FastifyReply }

/**
 * Whose page it is. What they sent and waits is taken in first, so that they see it, and what they write next
 * comes after it.
 * @throws AppError `not-found`, the same for a link that never was
 */
async function openVisit(deps: PublicDeps, token: string): Promise<Visit> {
  const link = await findLink(deps.database.db, hashToken(token))
  if (!link) throw new AppError('not-found', 'There is no page at this address.')
  const { workspaceId, threadId } = link
  const channelId = await inWorkspace(deps.database.db, workspaceId, (tx) =>
    findWaitingOf(tx, workspaceId, threadId),
  )
  if (channelId) await takeIn(deps, { workspaceId, channelId }, { threadId })
  const thread = await inWorkspace(deps.database.db, link.workspaceId, async (tx) => {
    await noteVisit(tx, link, deps.clock())
    return findThread(tx, link.workspaceId, link.threadId)
  })
  if (!thread) throw new AppError('not-found', 'There is no page at this address.')
  return { token, thread, site: await deps.sites.read(thread.channelId) }
}

type Trouble = { status?: number; ticket?: string }

async function showConversation(
  deps: PublicDeps,
  { token, site, thread, request, reply }: Asked,
  typed: string,
  faults: readonly Fault[],
  { status = 200, ticket }: Trouble = {},
): Promise<FastifyReply> {
  const language = languageFor(request, site, thread)
  const said = await inWorkspace(deps.database.db, site.workspaceId, (tx) =>
    readSaid(tx, site.workspaceId, thread),
  )
  const action = `/site/c/${token}`
  const fresh = ticket ?? issueForm(deps.keys, thread.id, deps.clock())
  const more = site.open ? { action, ticket: fresh, typed, faults } : 'closed'
  return sendPage(reply, {
    status,
    language,
    title: siteWords[language].conversation(site.name),
    accent: site.form.accent,
    body: conversationBody({ site, language, said }, more),
  })
}

async function takeMore(
  deps: PublicDeps,
  asked: Asked,
  { message, ticket, trap }: PostedForm,
): Promise<FastifyReply> {
  const { token, site, thread, request, reply } = asked
  if (!site.open) return showConversation(deps, asked, message, [], { status: 410 })
  const language = languageFor(request, site, thread)
  const words = siteWords[language]
  const form = readForm(deps.keys, thread.id, ticket, deps.clock())
  const again = (faults: readonly Fault[], status: number) =>
    showConversation(deps, asked, message, faults, { status, ...(form && { ticket }) })
  const faults = messageFaults(words, message)
  if (faults.length > 0) return again(faults, 400)
  if (!form) return again([{ field: null, message: words.formOld }], 400)
  if (deps.clock().getTime() - form.openedAt < soonestSend)
    return again([{ field: null, message: words.tooSoon }], 400)
  const wait = await deps.countPost(request, thread.id)
  if (wait > 0) {
    reply.header('retry-after', wait * 60)
    return again([{ field: null, message: words.tooMany(wait) }], 429)
  }
  const { id: threadId, name, email } = thread
  try {
    const { nonce } = form
    const said = { threadId, nonce, name, email, language, text: message, trap }
    await deps.submissions.submit(site, said)
  } catch (error) {
    if (!isDatabaseAway(error)) throw error
    request.log.warn(
      { err: error, requestId: request.id },
      'a visitor’s message could not be taken in; they were told',
    )
    return again([{ field: null, message: words.unavailable }], 503)
  }
  return reply.redirect(`/site/c/${token}`, 303)
}

/** The reader's language, else the one in which the conversation began. */
function languageFor(request: FastifyRequest, site: Site, thread: Thread) {
  const first = site.form.languages.filter((one) => one === thread.language)
  return chooseLanguage(request.headers['accept-language'], [...first, ...site.form.languages])
}
