import type { FastifyReply } from 'fastify'
import { z } from 'zod'
import { escapeHtml } from '../../../contract/escape-html.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Db } from '../../platform/db.ts'
import type { App } from '../../platform/http-server.ts'
import { acknowledgeByLink, type LinkedPage, lookByLink } from './acknowledge.ts'
import { callWords } from './words.ts'
import { conversationUrl } from './write-call.ts'

const params = z.object({ token: z.string().max(200) })
const tags = ['on call']

type LinkRouteDeps = { db: Db; clock: Clock; publicUrl: string }

/**
 * The link in every mail that calls somebody. `GET` only asks, because scanners of mail open every link;
 * `POST`, by the page's one button, takes the page up for the person whom the mail was for.
 */
export function registerPageLinks(app: App, deps: LinkRouteDeps): void {
  app.register(async (scope) => {
    // The form has no fields; what it says changes nothing.
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: 4096 }, (_r, _body, done) =>
      done(null, null),
    )
    scope.route({
      method: 'GET',
      url: '/page/:token',
      config: { access: 'open' },
      schema: { summary: 'Asks whether to take up a page, by the link in the mail', tags, params },
      handler: async (request, reply) => {
        const page = await lookByLink(deps, params.parse(request.params).token)
        return page ? sendPage(reply, deps, page, 'asked') : sendWrong(reply)
      },
    })
    scope.route({
      method: 'POST',
      url: '/page/:token',
      config: { access: 'open' },
      schema: { summary: 'Takes up a page, by the link in the mail', tags, params },
      handler: async (request, reply) => {
        const { token } = params.parse(request.params)
        const before = await lookByLink(deps, token)
        const page = await acknowledgeByLink(deps, token)
        if (!page) return sendWrong(reply)
        return sendPage(reply, deps, page, before?.state === 'open' ? 'done' : 'asked')
      },
    })
  })
}

function sendPage(
  reply: FastifyReply,
  { publicUrl }: LinkRouteDeps,
  page: LinkedPage,
  what: 'asked' | 'done',
): FastifyReply {
  const words = callWords[page.locale].link
  const said = what === 'done' ? words.done : sayState(words, page)
  const form =
    page.state === 'open'
      ? `<form method="post"><button>${escapeHtml(words.act)}</button></form>`
      : ''
  const open = conversationUrl(publicUrl, { conversation_id: page.conversationId })
  const link = `<p><a href="${escapeHtml(open)}">${escapeHtml(words.open)}</a></p>`
  return send(reply, page.locale, `<p>${escapeHtml(said)}</p>${form}${link}`)
}

function sayState(words: (typeof callWords)['en']['link'], page: LinkedPage): string {
  if (page.state === 'open') return words.ask
  return page.state === 'acknowledged' ? words.before(page.by ?? '') : words.over
}

function sendWrong(reply: FastifyReply): FastifyReply {
  const both = (['en', 'ro'] as const).map(
    (locale) => `<p lang="${locale}">${escapeHtml(callWords[locale].link.wrong)}</p>`,
  )
  return send(reply.code(404), 'en', both.join(''))
}

function send(reply: FastifyReply, locale: string, body: string): FastifyReply {
  const head = '<meta charset="utf-8"><meta name="viewport" content="width=device-width">'
  return (
    reply
      .type('text/html; charset=utf-8')
      .header('cache-control', 'no-store')
      // The address is a secret. To our own form it must be told, or browsers send it with `Origin: null`.
      .header('referrer-policy', 'same-origin')
      .send(
        `<!doctype html><html lang="${locale}"><head>${head}<title>Parley</title></head><body><main><h1>Parley</h1>${body}</main></body></html>`,
      )
  )
}
