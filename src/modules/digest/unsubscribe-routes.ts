import type { FastifyReply } from 'fastify'
import { z } from 'zod'
import type { Keyring } from '../../platform/crypto.ts'
import { AppError } from '../../platform/errors.ts'
import type { App } from '../../platform/http-server.ts'
import { type DigestDeps, endSubscription } from './settings.ts'
import { readUnsubscribeToken } from './unsubscribe-token.ts'
import { mailWords } from './words.ts'

const params = z.object({ token: z.string().max(200) })
const tags = ['digest']

/**
 * The link in every digest. `POST` ends it at once, as mail programs do by themselves (RFC 8058); `GET`
 * only asks, because scanners of mail open every link.
 */
export function registerUnsubscribe(
  app: App,
  deps: Pick<DigestDeps, 'db'> & { keyring: Keyring },
): void {
  app.register(async (scope) => {
    // `List-Unsubscribe=One-Click` as a form; what it says changes nothing.
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: 4096 }, (_r, _body, done) =>
      done(null, null),
    )
    scope.route({
      method: 'GET',
      url: '/unsubscribe/:token',
      config: { access: 'open' },
      schema: { summary: 'Asks whether to end the daily digest by mail', tags, params },
      handler: async (request, reply) => {
        tokenOf(deps.keyring, request.params)
        // Nobody's language is known before the database is asked, so both are said.
        return sendPage(reply, [
          ...both((words) => `<p>${words.ask}</p>`),
          `<form method="post"><button>${mailWords.en.unsubscribe.act} / ${mailWords.ro.unsubscribe.act}</button></form>`,
        ])
      },
    })
    scope.route({
      method: 'POST',
      url: '/unsubscribe/:token',
      config: { access: 'open' },
      schema: { summary: 'Ends the daily digest by mail (RFC 8058)', tags, params },
      handler: async (request, reply) => {
        const subscriber = tokenOf(deps.keyring, request.params)
        const { locale } = await endSubscription(deps, subscriber)
        return sendPage(reply, [`<p lang="${locale}">${mailWords[locale].unsubscribe.done}</p>`])
      },
    })
  })
}

function tokenOf(keyring: Keyring, given: unknown) {
  const found = readUnsubscribeToken(keyring, params.parse(given).token)
  if (!found) throw new AppError('not-found', mailWords.en.unsubscribe.wrong)
  return found
}

type Words = (typeof mailWords)['en']['unsubscribe']

function both(say: (words: Words) => string): string[] {
  return (['en', 'ro'] as const).map(
    (locale) => `<div lang="${locale}">${say(mailWords[locale].unsubscribe)}</div>`,
  )
}

function sendPage(reply: FastifyReply, body: string[]): FastifyReply {
  const head = '<meta charset="utf-8"><meta name="viewport" content="width=device-width">'
  return (
    reply
      .type('text/html; charset=utf-8')
      // The address is a secret. To our own form it must be told, or browsers send it with `Origin: null`.
      .header('referrer-policy', 'same-origin')
      .send(
        `<!doctype html><html lang="en"><head>${head}<title>Parley</title></head><body><main><h1>Parley</h1>${body.join('')}</main></body></html>`,
      )
  )
}
