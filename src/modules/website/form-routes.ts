import type { FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { isDatabaseAway } from '../../platform/db-errors.ts'
import type { App } from '../../platform/http-server.ts'
import { arrivedBody, plainBody } from './conversation-page.ts'
import type { SiteDeps } from './deps.ts'
import { embedScript } from './embed-script.ts'
import { formBody } from './form-page.ts'
import { type Fault, faultsOf, nothingTyped, PostedForm, type Typed } from './input.ts'
import { issueForm, readForm, soonestSend, threadOf } from './keys.ts'
import type { CountPost } from './post-limits.ts'
import { framesOf, type Site, type Sites } from './read-site.ts'
import { sendPage } from './send-page.ts'
import type { Submissions } from './submit-message.ts'
import { chooseLanguage, siteWords } from './words.ts'

export type PublicDeps = SiteDeps & { sites: Sites; submissions: Submissions; countPost: CountPost }

const tags = ['website form']
const params = z.object({ channel: z.string() })
export const htmlAnswer = {
  200: { description: 'A page', content: { 'text/html': { schema: z.string() } } },
}

/** The form that anybody can send, as a page of its own and inside the business's website. */
export function registerFormRoutes(app: App, deps: PublicDeps): void {
  for (const framed of [false, true]) {
    const path = framed ? '/site/:channel/embed' : '/site/:channel'
    const where = framed ? 'inside the business’s website' : 'as a page'
    app.get(
      path,
      {
        config: { access: 'open' },
        schema: { summary: `The form, ${where}`, tags, params, response: htmlAnswer },
      },
      async (request, reply) => {
        const site = await deps.sites.read(request.params.channel)
        return showForm(deps, { site, framed, request, reply }, nothingTyped, [])
      },
    )
    app.post(
      path,
      {
        config: { access: 'open' },
        schema: {
          summary: `Send the form, ${where}`,
          tags,
          params,
          body: PostedForm,
          response: htmlAnswer,
        },
      },
      async (request, reply) => {
        const site = await deps.sites.read(request.params.channel)
        return takeForm(deps, { site, framed, request, reply }, request.body)
      },
    )
  }
  app.post(
    '/site/:channel/start',
    {
      config: { access: 'open', fromAnywhere: true },
      schema: {
        summary: 'The form with what a form on the website had filled in; nothing is sent yet',
        tags,
        params,
        body: PostedForm,
        response: htmlAnswer,
      },
    },
    async (request, reply) => {
      const site = await deps.sites.read(request.params.channel)
      const view = { site, framed: false, request, reply, check: true }
      return showForm(deps, view, request.body, [])
    },
  )
  registerScript(app, deps)
}

function registerScript(app: App, deps: PublicDeps): void {
  app.get(
    '/site/:channel/embed.js',
    {
      config: { access: 'open' },
      schema: {
        summary: 'The script that puts the form into a website',
        tags,
        params,
        response: {
          200: { description: 'A script', content: { 'text/javascript': { schema: z.string() } } },
        },
      },
    },
    async (request, reply) => {
      const { channelId, form } = await deps.sites.read(request.params.channel)
      const embedUrl = `${deps.publicUrl}/site/${channelId}/embed`
      return (
        reply
          .type('text/javascript; charset=utf-8')
          .header('cache-control', 'public, max-age=600')
          // It is there to be loaded by other sites.
          .header('cross-origin-resource-policy', 'cross-origin')
          .send(embedScript({ embedUrl, accent: form.accent }))
      )
    },
  )
}

type Asked = {
  site: Site
  framed: boolean
  request: FastifyRequest
  reply: FastifyReply
  check?: boolean
}

type Trouble = { status?: number; ticket?: string }

function showForm(
  deps: PublicDeps,
  { site, framed, request, reply, check = false }: Asked,
  typed: Typed,
  faults: readonly Fault[],
  { status = 200, ticket }: Trouble = {},
): FastifyReply {
  const language = chooseLanguage(request.headers['accept-language'], site.form.languages)
  const words = siteWords[language]
  const title = words.writeTo(site.name)
  const look = {
    language,
    title,
    accent: site.form.accent,
    ...(framed && { frames: framesOf(site) }),
  }
  if (!site.open)
    return sendPage(reply, {
      ...look,
      status: 410,
      body: plainBody(site.name, title, words.closed),
    })
  const action = `/site/${site.channelId}${framed ? '/embed' : ''}`
  const fresh = ticket ?? issueForm(deps.keys, site.channelId, deps.clock())
  const body = formBody({ site, language, action, ticket: fresh, typed, faults, check })
  return sendPage(reply, { ...look, status, body })
}

async function takeForm(deps: PublicDeps, asked: Asked, posted: PostedForm): Promise<FastifyReply> {
  const { site, framed, request, reply } = asked
  if (!site.open) return showForm(deps, asked, posted, [])
  const language = chooseLanguage(request.headers['accept-language'], site.form.languages)
  const words = siteWords[language]
  const form = readForm(deps.keys, site.channelId, posted.ticket, deps.clock())
  const again = (faults: readonly Fault[], status: number) =>
    showForm(deps, asked, posted, faults, { status, ...(form && { ticket: posted.ticket }) })
  const faults = faultsOf(words, posted)
  if (faults.length > 0) return again(faults, 400)
  if (!form) return again([{ field: null, message: words.formOld }], 400)
  if (deps.clock().getTime() - form.openedAt < soonestSend)
    return again([{ field: null, message: words.tooSoon }], 400)
  const wait = await deps.countPost(request, null)
  if (wait > 0) {
    reply.header('retry-after', wait * 60)
    return again([{ field: null, message: words.tooMany(wait) }], 429)
  }
  const { threadId, token } = threadOf(deps.keys, site.channelId, form.nonce)
  const order = posted.order && `\n\n${words.order}: ${posted.order}`
  const email = posted.email || null
  try {
    await deps.submissions.submit(site, {
      ...{ threadId, token, nonce: form.nonce, name: posted.name, email, language },
      ...{ text: `${posted.message}${order}`, trap: posted.trap },
    })
  } catch (error) {
    if (!isDatabaseAway(error)) throw error
    request.log.warn(
      { err: error, requestId: request.id },
      'a visitor’s message could not be taken in; they were told',
    )
    return again([{ field: null, message: words.unavailable }], 503)
  }
  const address = `${deps.publicUrl}/site/c/${token}`
  return sendPage(reply, {
    language,
    title: words.arrived,
    accent: site.form.accent,
    body: arrivedBody({ site, language }, { address, framed, mailed: email !== null }),
    ...(framed && { frames: framesOf(site) }),
  })
}
