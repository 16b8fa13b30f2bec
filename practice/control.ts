import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { ApiError } from './api/errors.ts'
import { secret } from './api/oauth.ts'
import { params, queryOf } from './api/params.ts'
import { crowd } from './customers/crowd.ts'
import { ensurePerson } from './customers/people.ts'
import { startScenario } from './customers/play.ts'
import { listScripts } from './customers/scripts.ts'
import { FaultInput } from './faults/kinds.ts'
import { Mode, type ModeChange, ModeName, modes } from './faults/mode.ts'
import type { Network } from './network.ts'
import { followShop, react } from './notify.ts'
import { scenarios } from './scenarios/index.ts'
import { insertToken, revokeToken } from './store/access.ts'
import { acct, getAccount, getShop, listPeople } from './store/accounts.ts'
import { listMedia } from './store/media.ts'
import { getStatus, listEdits, listEverything, type Status } from './store/statuses.ts'
import { accountView, iso, statusUrl } from './view.ts'
import {
  CustomerPost,
  deleteAsCustomer,
  editAsCustomer,
  findPerson,
  writeAsCustomer,
} from './write-as-customer.ts'

const ById = z.object({ id: z.string() })

/** The control API: JSON under /practice, healthy whatever faults are on. */
export function registerControl(app: FastifyInstance, net: Network): void {
  registerFaultControl(app, net)
  registerPeopleControl(app, net)

  app.get('/practice/state', async () => ({
    url: net.base(),
    account: getShop(net.db).username,
    mode: net.modes.get(),
    faults: net.faults.list(),
    streams: net.hub.count(),
    people: listPeople(net.db).map(acct),
    scenarios: scenarios.map(({ name, title, about, voices }) => ({
      name,
      title,
      about,
      voices: voices.length,
    })),
    scripts: listScripts(net.db, 100),
  }))

  app.get('/practice/requests', async () => ({ items: net.journal }))

  app.get('/practice/statuses', async (request) => {
    const asked = z
      .object({ account: z.string().optional(), limit: z.coerce.number().int().default(10_000) })
      .parse(queryOf(request))
    const account = asked.account === undefined ? undefined : findPerson(net, asked.account)
    if (asked.account !== undefined && !account) throw new ApiError(404, 'Record not found')
    const found = listEverything(net.db, account?.id ?? null, asked.limit).reverse()
    return { items: found.map((status) => truthOf(net, status)) }
  })

  app.post('/practice/scenarios/:name', async (request) => {
    const { name } = z.object({ name: z.string() }).parse(request.params)
    const wish = ScenarioWish.parse(await params(request))
    const scripts = startScenario(net, { name, ...wish })
    if (!scripts) throw new ApiError(404, 'Record not found')
    return { scripts }
  })

  app.post('/practice/tokens', async (request) => {
    const asked = z.object({ scopes: z.string().default('read write follow push') })
    const { scopes } = asked.parse(await params(request))
    const token = { token: secret(), app_id: '', account_id: getShop(net.db).id, scopes }
    insertToken(net.db, { ...token, created_at: net.now(), revoked_at: null })
    return { token: token.token, scopes }
  })
  app.delete('/practice/tokens/:id', async (request) => {
    revokeToken(net.db, ById.parse(request.params).id, net.now())
    net.hub.closeAll()
    return {}
  })
}

function registerFaultControl(app: FastifyInstance, net: Network): void {
  app.get('/practice/faults', async () => ({ items: net.faults.list() }))
  app.post('/practice/faults', async (request) => switchOn(net, await params(request)))
  app.delete('/practice/faults', async () => ({ cleared: net.faults.clear(null) }))
  app.delete('/practice/faults/:id', async (request) => ({
    cleared: net.faults.clear(ById.parse(request.params).id),
  }))
  app.post('/practice/streams/cut', async () => {
    const cut = net.hub.count()
    net.hub.closeAll()
    return { cut }
  })
  app.get('/practice/mode', async () => net.modes.get())
  app.put('/practice/mode', async (request) => {
    const asked = z
      .object({ preset: ModeName.optional(), ...Mode.partial().shape })
      .parse(await params(request))
    const { preset, ...change } = asked
    if (preset) net.modes.set(modes[preset])
    return changeMode(net, change)
  })
}

/** Switches a fault on. Faults of the whole connection also end the open streams. */
export function switchOn(net: Network, wish: unknown) {
  const input = FaultInput.parse(wish)
  if (input.kind === 'outage' && input.refuse) {
    if (input.seconds === undefined) {
      throw new ApiError(422, 'Validation failed: refuse needs seconds, or nobody can end it')
    }
    net.refuse(input.seconds)
    return { id: null, ...input }
  }
  const fault = net.faults.add(input)
  if (['outage', 'expired-token', 'lost-scope'].includes(input.kind)) net.hub.closeAll()
  return fault
}

/** Changes what kind of server this is. */
export function changeMode(net: Network, change: ModeChange): Mode {
  const mode = net.modes.set(change)
  if (!mode.streaming) net.hub.closeAll()
  return mode
}

function registerPeopleControl(app: FastifyInstance, net: Network): void {
  app.get('/practice/people', async () => ({
    items: listPeople(net.db).map((person) => accountView(net, person)),
  }))
  app.post('/practice/people', async (request) => {
    const asked = Person.parse(await params(request))
    const person = ensurePerson(net, asked)
    if (asked.follows_shop) followShop(net, person.id)
    return accountView(net, getAccount(net.db, person.id) ?? person)
  })
  app.post('/practice/posts', async (request) => {
    const status = await writeAsCustomer(net, CustomerPost.parse(await params(request)))
    return truthOf(net, status)
  })
  app.post('/practice/crowd', async (request) => {
    const asked = Crowd.parse(await params(request))
    return { ids: crowd(net, asked).map((status) => status.id) }
  })
  app.put('/practice/posts/:id', async (request) => {
    const change = z
      .object({ text: z.string(), spoiler: z.string().optional() })
      .parse(await params(request))
    return truthOf(net, editAsCustomer(net, ById.parse(request.params).id, change))
  })
  app.delete('/practice/posts/:id', async (request) => {
    deleteAsCustomer(net, ById.parse(request.params).id)
    return {}
  })
  app.post('/practice/posts/:id/favourite', async (request) => {
    const { as } = z.object({ as: z.string() }).parse(await params(request))
    const status = getStatus(net.db, ById.parse(request.params).id)
    const person = findPerson(net, as)
    if (!status || !person) throw new ApiError(404, 'Record not found')
    react(net, status, person.id, { kind: 'favourite', on: true })
    return truthOf(net, status)
  })
}

/** One status as it really is, with what the API never tells: its key, and that it is gone. */
export function truthOf(net: Network, status: Status) {
  const author = getAccount(net.db, status.account_id)
  return {
    id: status.id,
    account: author ? acct(author) : null,
    text: status.text,
    spoiler: status.spoiler,
    visibility: status.visibility,
    in_reply_to_id: status.in_reply_to_id,
    thread_id: status.thread_id,
    idempotency_key: status.idempotency_key,
    created_at: iso(status.created_at),
    edited_at: status.edited_at === null ? null : iso(status.edited_at),
    deleted: status.deleted_at !== null,
    edits: listEdits(net.db, status.id).length,
    media: listMedia(net.db, status.id).map(({ id, type, description }) => ({
      id,
      type,
      description,
    })),
    url: statusUrl(net, status),
  }
}

const ScenarioWish = z.object({
  language: z.enum(['en', 'ro', 'mixed']).default('en'),
  seed: z.coerce.number().int().default(1),
  pace: z.coerce.number().positive().default(1),
})
const Crowd = z.object({
  count: z.coerce.number().int().min(1).max(20_000),
  people: z.coerce.number().int().min(1).max(5000).default(10),
  language: z.enum(['en', 'ro']).default('en'),
  seed: z.coerce.number().int().default(1),
})
const Person = z.object({
  name: z.string().min(1),
  username: z
    .string()
    .regex(/^[a-z0-9_]+$/i)
    .optional(),
  domain: z.string().optional(),
  language: z.string().optional(),
  followed: z.boolean().optional(),
  follows_shop: z.boolean().default(false),
})
