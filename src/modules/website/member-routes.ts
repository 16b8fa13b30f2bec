import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import { ChannelId, ConversationId } from '../../../contract/ids.ts'
import { Visitor, WebsiteForm, WebsiteView } from '../../../contract/website.ts'
import type { App } from '../../platform/http-server.ts'
import type { Actor } from '../access/index.ts'
import { changeForm, getForm } from './change-form.ts'
import { conversationBody } from './conversation-page.ts'
import type { WebsiteDeps } from './deps.ts'
import { htmlAnswer } from './form-routes.ts'
import { getVisitor, getVisitorPage } from './get-visitor.ts'
import { sendPage } from './send-page.ts'
import { viewForm } from './view.ts'
import { chooseLanguage, siteWords } from './words.ts'

type MemberDeps = WebsiteDeps & { actorOf(request: FastifyRequest): Actor }

const tags = ['website form']
const channelParams = z.object({ id: ChannelId })

/** What members see and set of their website's form. */
export function registerMemberRoutes(app: App, deps: MemberDeps): void {
  app.get(
    '/api/v1/channels/:id/website',
    {
      config: { access: 'read-channels' },
      schema: {
        summary: 'How a website’s form looks, and what to copy into the website',
        tags,
        params: channelParams,
        response: { 200: WebsiteView },
      },
    },
    async (request) => {
      const actor = deps.actorOf(request)
      return viewForm(deps, actor, await getForm(deps, actor, request.params.id))
    },
  )
  app.put(
    '/api/v1/channels/:id/website',
    {
      config: { access: 'manage-channels' },
      schema: {
        summary: 'Change colour, words and languages of a website’s form',
        tags,
        params: channelParams,
        body: WebsiteForm,
        response: { 200: WebsiteView },
      },
    },
    async (request) => {
      const actor = deps.actorOf(request)
      return viewForm(deps, actor, await changeForm(deps, actor, request.params.id, request.body))
    },
  )
  app.get(
    '/api/v1/conversations/:id/visitor',
    {
      config: { access: 'read-conversations' },
      schema: {
        summary: 'Who wrote by a website’s form, and whether the e-mail address is proven',
        tags,
        params: z.object({ id: ConversationId }),
        response: { 200: Visitor },
      },
    },
    (request) => getVisitor(deps, deps.actorOf(request), request.params.id),
  )
  registerMemberPage(app, deps)
}

function registerMemberPage(app: App, deps: MemberDeps): void {
  app.get(
    '/site/view/:thread',
    {
      config: { access: 'read-conversations' },
      schema: {
        summary: 'A visitor’s conversation page, as members may look at it',
        tags,
        params: z.object({ thread: z.string() }),
        response: htmlAnswer,
      },
    },
    async (request, reply) => {
      const actor = deps.actorOf(request)
      const { site, said } = await getVisitorPage(deps, actor, request.params.thread)
      const language = chooseLanguage(request.headers['accept-language'], site.form.languages)
      return sendPage(reply, {
        language,
        title: siteWords[language].conversation(site.name),
        accent: site.form.accent,
        body: conversationBody({ site, language, said }, 'member'),
      })
    },
  )
}
