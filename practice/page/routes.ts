import type { FastifyInstance, FastifyReply } from 'fastify'
import { z } from 'zod'
import { ApiError } from '../api/errors.ts'
import { params, text } from '../api/params.ts'
import { changeMode, switchOn } from '../control.ts'
import { usernameOf } from '../customers/people.ts'
import { startScenario } from '../customers/play.ts'
import { ModeName, modes } from '../faults/mode.ts'
import type { Network } from '../network.ts'
import { acct, findAccount } from '../store/accounts.ts'
import { all } from '../store/database.ts'
import { getStatus, listThread, Status } from '../store/statuses.ts'
import { usedTags } from '../text/patterns.ts'
import { canSee } from '../visibility.ts'
import {
  CustomerPost,
  deleteAsCustomer,
  editAsCustomer,
  findPerson,
  writeAsCustomer,
} from '../write-as-customer.ts'
import { registerConsent } from './consent.ts'
import { registerFiles } from './files.ts'
import { homeHtml } from './home.ts'
import { html } from './html.ts'
import { sendPageHtml } from './layout.ts'
import { postHtml } from './posts.ts'
import { languageOf, wordsFor } from './words.ts'

const ById = z.object({ id: z.string() })

/** The pages people open in a browser. */
export function registerPages(app: FastifyInstance, net: Network): void {
  registerConsent(app, net)
  registerFiles(app, net)
  registerReading(app, net)
  registerActs(app, net)
}

function registerReading(app: FastifyInstance, net: Network): void {
  app.get('/', async (request, reply) => {
    const language = languageOf(request)
    const title = wordsFor(language).title
    return sendPageHtml(reply, { title, language, body: homeHtml(net, language), live: true })
  })

  app.get('/pulse', async (_request, reply) => {
    const shape = z.object({ pulse: z.string().nullable() })
    const sql = `select max(id) || '-' || coalesce(max(edited_at), 0) || '-' ||
      coalesce(max(deleted_at), 0) as pulse from statuses`
    return reply.type('text/plain').send(all(net.db, shape, sql)[0]?.pulse ?? 'none')
  })

  app.get('/@:acct', async (request, reply) => {
    const { acct: name } = z.object({ acct: z.string() }).parse(request.params)
    const account = findAccount(net.db, name)
    if (!account) return notHere(request, reply)
    const language = languageOf(request)
    const sql =
      'select * from statuses where account_id = ? and deleted_at is null order by id desc limit 60'
    const posts = all(net.db, Status, sql, account.id).filter((s) => canSee(net.db, s, null))
    const body = html`<h2>${account.display_name} <span class="soft">@${acct(account)}</span></h2><p>${account.note}</p>
${posts.map((status) => html`<div class="card">${postHtml(net, status, { language })}</div>`)}`
    return sendPageHtml(reply, { title: account.display_name, language, body })
  })

  // The public page of a thread: private messages are not on it, as on a real server.
  app.get('/@:acct/:id', async (request, reply) => {
    const { id, acct: name } = z.object({ id: z.string(), acct: z.string() }).parse(request.params)
    const status = getStatus(net.db, id)
    const fits = status !== undefined && findAccount(net.db, name)?.id === status.account_id
    if (!fits || !canSee(net.db, status, null)) return notHere(request, reply)
    const language = languageOf(request)
    const t = wordsFor(language)
    const thread = listThread(net.db, status.thread_id).filter((s) => canSee(net.db, s, null))
    const body = html`<p><a href="/?lang=${language}">${t.home}</a></p><div class="card">${thread.map((each) => postHtml(net, each, { language }))}</div>`
    return sendPageHtml(reply, { title: status.text.slice(0, 60), language, body, live: true })
  })

  app.get('/tags/:tag', async (request, reply) => {
    const { tag } = z.object({ tag: z.string() }).parse(request.params)
    const language = languageOf(request)
    const sql =
      "select * from statuses where visibility = 'public' and deleted_at is null order by id desc limit 500"
    const found = all(net.db, Status, sql).filter((s) =>
      usedTags(s.text).includes(tag.toLowerCase()),
    )
    const body = html`<h2>#${tag}</h2>${found.map((s) => html`<div class="card">${postHtml(net, s, { language })}</div>`)}`
    return sendPageHtml(reply, { title: `#${tag}`, language, body })
  })
}

function registerActs(app: FastifyInstance, net: Network): void {
  app.post('/write', async (request, reply) => {
    const asked = await params(request)
    const name = text.parse(asked.name).trim()
    const known = name === '' ? undefined : findPerson(net, usernameOf(name))
    const as = text.parse(asked.as) || (known ? acct(known) : name) || 'Alex'
    const { photo, ...rest } = asked
    const visible = { ...rest, as, language: languageOf(request), ...(photo ? { photo } : {}) }
    const status = await writeAsCustomer(net, CustomerPost.parse(visible))
    return home(request, reply, `#p${status.id}`)
  })
  app.post('/posts/:id/edit', async (request, reply) => {
    const { id } = ById.parse(request.params)
    editAsCustomer(net, id, { text: text.parse((await params(request)).text) })
    return home(request, reply, `#p${id}`)
  })
  app.post('/posts/:id/delete', async (request, reply) => {
    deleteAsCustomer(net, ById.parse(request.params).id)
    return home(request, reply, '')
  })
  app.post('/start', async (request, reply) => {
    const wish = z
      .object({ name: z.string(), language: z.enum(['en', 'ro']) })
      .parse(await params(request))
    const seed = Math.floor(net.now() / 1000) % 100_000
    if (!startScenario(net, { ...wish, seed, pace: 1 })) throw new ApiError(404, 'Record not found')
    return home(request, reply, '')
  })
  app.post('/trouble', async (request, reply) => {
    const asked = z
      .object({ kind: z.string(), times: Count, seconds: Count })
      .parse(await params(request))
    switchOn(net, asked)
    return home(request, reply, '#trouble')
  })
  app.post('/calm', async (request, reply) => {
    net.faults.clear(null)
    return home(request, reply, '#trouble')
  })
  app.post('/mode', async (request, reply) => {
    const { preset } = z.object({ preset: ModeName }).parse(await params(request))
    changeMode(net, modes[preset])
    return home(request, reply, '#trouble')
  })
}

/** A number somebody typed, or nothing. */
const Count = z.preprocess(
  (value) => (typeof value === 'string' && value.trim() !== '' ? Number(value) : undefined),
  z.number().positive().optional(),
)

type Asked = Parameters<typeof languageOf>[0]

function home(request: Asked, reply: FastifyReply, anchor: string): FastifyReply {
  return reply.redirect(`/?lang=${languageOf(request)}${anchor}`, 303)
}

function notHere(request: Asked, reply: FastifyReply): FastifyReply {
  const language = languageOf(request)
  const { notFound, home: back } = wordsFor(language)
  const body = html`<div class="card"><h2>${notFound}</h2><p><a href="/">${back}</a></p></div>`
  return sendPageHtml(reply.code(404), { title: notFound, language, body })
}
