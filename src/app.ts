import type { FastifyRequest } from 'fastify'
import type { Sent } from './connectors/contract.ts'
import { connectors } from './connectors/registry.ts'
import { createMetrics } from './metrics.ts'
import type { Actor } from './modules/access/index.ts'
import { auditRoutes } from './modules/audit/index.ts'
import { registerChannels } from './modules/channels/index.ts'
import {
  forgetPrivateMoves,
  loadThread,
  recordOwnReply,
  recountDue,
  refreshConversations,
  registerConversations,
  startReading,
  wakeConversation,
} from './modules/conversations/index.ts'
import {
  type Delivery,
  registerDeliveries,
  type SenderOptions,
  startSender,
} from './modules/deliveries/index.ts'
import { registerDepartments } from './modules/departments/index.ts'
import { registerDigest, startOwnerCalls } from './modules/digest/index.ts'
import {
  createImports,
  expireExport,
  registerExports,
  registerImports,
  startImportCare,
  writeExport,
} from './modules/exports/index.ts'
import { registerFigures } from './modules/figures/index.ts'
import { forgetGoodwill, registerGoodwill } from './modules/goodwill/index.ts'
import {
  registerHooks,
  registerIngest,
  type StreamOptions,
  startStream,
} from './modules/ingest/index.ts'
import { createHub, registerLive } from './modules/live/index.ts'
import { flushMails, forgetMails, registerMail, sendQueuedMail } from './modules/mail/index.ts'
import { registerMedia } from './modules/media/index.ts'
import {
  actorOf,
  createAuth,
  createGuard,
  findSession,
  registerMembers,
} from './modules/members/index.ts'
import {
  lookAgain,
  registerOnCall,
  sendPushCall,
  startPageSweep,
  takeStep,
} from './modules/on-call/index.ts'
import { registerPeople } from './modules/people/index.ts'
import { registerPresence } from './modules/presence/index.ts'
import { registerReplyClock } from './modules/reply-clock/index.ts'
import { registerRouting } from './modules/routing/index.ts'
import { registerSnippets } from './modules/snippets/index.ts'
import { registerSso } from './modules/sso/index.ts'
import { registerReplyRules } from './modules/uniqueness/index.ts'
import { registerViews } from './modules/views/index.ts'
import { registerWebhooks, sendWebhooks, tell } from './modules/webhooks/index.ts'
import {
  planMail,
  registerWebsite,
  startTakingIn,
  tellVisitor,
  type WebsiteRouteDeps,
  waitingNews,
} from './modules/website/index.ts'
import { registerWorkspaces } from './modules/workspaces/index.ts'
import { createOAuthTools } from './oauth-tools.ts'
import { watchAllowedOrigins } from './origins.ts'
import { type Clock, systemClock } from './platform/clock.ts'
import type { Config } from './platform/config.ts'
import { deriveKey, loadKeyring } from './platform/crypto.ts'
import { openDatabase, type Tx } from './platform/db.ts'
import { whenDatabaseServes } from './platform/db-errors.ts'
import { createDial } from './platform/guarded-dial.ts'
import { createHttpClient } from './platform/http-client.ts'
import { registerProbes } from './platform/http-probes.ts'
import { createHttpServer, type HttpServer } from './platform/http-server.ts'
import { bindJob, startJobWorker } from './platform/jobs.ts'
import { listen } from './platform/listen.ts'
import type { Log } from './platform/log.ts'
import { createPractice } from './practice.ts'

export type AppOptions = {
  config: Config
  /** The database, brought up to date. */
  databaseUrl: string
  log: Log
  clock?: Clock
  sender?: SenderOptions
  stream?: StreamOptions
  /** Requests a minute; tests that knock a lot raise it. */
  limits?: { perCaller: number; perAddress: number }
  signInsPerMinute?: number
  siteLimits?: WebsiteRouteDeps['limits']
}

export type Parley = {
  server: HttpServer
  /** Starts what runs by itself in this role. Listening is the caller's. */
  start(): Promise<void>
  /** Ends everything in order: no new work, what is under way written down, connections closed. */
  stop(): Promise<void>
}

/** The composition root: builds every dependency once and hands it to the modules. */
export async function createParley(options: AppOptions): Promise<Parley> {
  const { config, databaseUrl, log, clock = systemClock } = options
  const keyring = await loadKeyring(config.secretKeyFile)
  const database = openDatabase({
    url: databaseUrl,
    onError: (err) => log.warn({ err }, 'a database connection was lost'),
  })
  const practiceUrl = `http://127.0.0.1:${config.practicePort}`
  const origins = watchAllowedOrigins(database.db, log, [practiceUrl])
  const http = createHttpClient({ allowPrivate: origins.allows, userAgent: 'Parley/0.1' })
  const dial = createDial({ allowPrivate: origins.allowsTcp })
  const practice = createPractice({
    home: config.home,
    url: practiceUrl,
    port: config.practicePort,
    http,
    log,
  })
  const deps = {
    database,
    http,
    dial,
    keyring,
    connectors,
    oauth: createOAuthTools(database, keyring, config),
    clock,
    log,
    practiceUrl,
    publicUrl: config.publicUrl,
    async onSent(tx: Tx, delivery: Delivery, sent: Sent) {
      await recordOwnReply(tx, delivery, sent)
      await planMail(tx, delivery, clock())
      const { id, conversationId, channelId, workspaceId } = delivery
      const data = { deliveryId: id, conversationId, channelId }
      await tell(tx, workspaceId, [{ type: 'reply.sent', data, once: `sent:${id}` }])
    },
  }
  const exportDeps = { database, clock, log, home: config.home }
  const auth = createAuth({
    db: database.db,
    secret: deriveKey(keyring, 'auth').toString('base64'),
    publicUrl: config.publicUrl,
    clock,
    log,
  })
  const server = await createHttpServer({
    log,
    publicUrl: config.publicUrl,
    guard: createGuard({ db: database.db, auth, clock }),
    // A proxy of ours stands on this machine; nobody else's word on addresses is taken.
    trustProxy: 'loopback',
    ...(options.limits && { limits: options.limits }),
  })
  const hub = createHub()
  registerRoutes()

  const stops: (() => Promise<void>)[] = []

  function registerRoutes(): void {
    const { app, keepOpen } = server
    const { db } = database
    const actor = (request: FastifyRequest): Actor => actorOf(request)
    const metrics = createMetrics(app, database.dispatch, hub.size)
    const ready = async () => void (await db.selectNoFrom((eb) => eb.lit(1).as('one')).execute())
    registerProbes(app, { ready, metrics })
    const { signInsPerMinute } = options
    registerMembers(app, {
      db,
      auth,
      clock,
      publicUrl: config.publicUrl,
      ...(signInsPerMinute !== undefined && { signInsPerMinute }),
    })
    registerSso(app, {
      ...deps,
      auth,
      actorOf: actor,
      findSession: (request) => findSession({ db, auth, clock }, request),
      ...(signInsPerMinute !== undefined && { signInsPerMinute }),
    })
    registerWorkspaces(app, { db, clock, actorOf: actor })
    registerReplyClock(app, { db, actorOf: actor })
    registerFigures(app, { db, clock, actorOf: actor })
    auditRoutes(app, { db, actorOf: actor })
    const enterPractice = practice.enter
    const redirectUri = `${config.publicUrl}/connect/return`
    registerChannels(app, { ...deps, actorOf: actor, enterPractice, redirectUri })
    registerConversations(app, { ...deps, actorOf: actor })
    registerDepartments(app, { db, actorOf: actor })
    registerRouting(app, { db, actorOf: actor })
    registerViews(app, { db, clock, actorOf: actor })
    registerPeople(app, {
      ...deps,
      refresh: refreshConversations,
      alsoForget: [forgetGoodwill, forgetMails, forgetPrivateMoves],
      actorOf: actor,
    })
    registerDeliveries(app, { ...deps, actorOf: actor })
    registerReplyRules(app, { db, actorOf: actor })
    registerPresence(app, { db, actorOf: actor })
    registerSnippets(app, { db, clock, actorOf: actor })
    registerDigest(app, { db, clock, keyring, actorOf: actor })
    registerOnCall(app, {
      ...deps,
      db,
      actorOf: actor,
      allowsPrivate: origins.allows,
    })
    registerGoodwill(app, { db, clock, actorOf: actor })
    registerIngest(app, { ...deps, actorOf: actor })
    registerHooks(app, deps)
    registerMedia(app, { db, actorOf: actor })
    registerWebhooks(app, { ...deps, actorOf: actor, allowsPrivate: origins.allows })
    registerMail(app, { db, actorOf: actor })
    registerWebsite(app, {
      ...deps,
      publicUrl: config.publicUrl,
      actorOf: actor,
      ...(options.siteLimits && { limits: options.siteLimits }),
    })
    registerExports(app, { ...exportDeps, actorOf: actor })
    registerImports(app, createImports({ ...exportDeps, publicUrl: config.publicUrl }))
    registerLive(app, { hub, actorOf: actor, keepOpen })
  }

  async function start(): Promise<void> {
    await whenDatabaseServes(origins.refresh)
    const { role } = config
    const wakes: (() => void)[] = []
    const visitorsWakes: (() => void)[] = []
    if (role === 'all' || role === 'web') {
      await whenDatabaseServes(reopenPractice)
      stops.push(startImportCare(exportDeps).stop)
    }
    if (role === 'all' || role === 'worker') {
      const sender = startSender(deps, options.sender)
      const jobs = [
        bindJob(loadThread, deps),
        bindJob(recountDue, deps),
        bindJob(tellVisitor, { ...deps, publicUrl: config.publicUrl }),
        bindJob(wakeConversation, deps),
        bindJob(sendQueuedMail, deps),
        bindJob(flushMails, deps),
        bindJob(sendWebhooks, deps),
        bindJob(takeStep, deps),
        bindJob(sendPushCall, deps),
        bindJob(lookAgain, deps),
        bindJob(writeExport, exportDeps),
        bindJob(expireExport, exportDeps),
      ]
      const worker = await whenDatabaseServes(() => startJobWorker({ url: databaseUrl, jobs, log }))
      const calls = startOwnerCalls({ ...deps, publicUrl: config.publicUrl })
      const pages = startPageSweep(deps)
      const reading = startReading(deps)
      stops.push(sender.stop, worker.stop, calls.stop, pages.stop, reading.stop)
      wakes.push(sender.wake)
    }
    if (role === 'all' || role === 'stream') {
      const stream = startStream(deps, options.stream)
      const visitors = startTakingIn(deps)
      stops.push(stream.stop, visitors.stop)
      wakes.push(stream.wake)
      visitorsWakes.push(visitors.wake)
    }
    const heard = listen({
      url: databaseUrl,
      channels: ['parley_live', 'parley_work', waitingNews],
      log,
      onConnect() {
        hub.resync()
        for (const wake of [...wakes, ...visitorsWakes]) wake()
      },
      onNotify(channel, payload) {
        if (channel === 'parley_live') hub.hear(payload)
        else for (const wake of channel === waitingNews ? visitorsWakes : wakes) wake()
      },
    })
    stops.push(heard.stop)
  }

  /** Customers of the practice network are there again after a restart. */
  async function reopenPractice(): Promise<void> {
    const used = await database.dispatch
      .selectFrom('channels')
      .select('id')
      .where('service', '=', practiceUrl)
      .where('state', '<>', 'disconnected')
      .limit(1)
      .executeTakeFirst()
    if (!used) return
    await practice
      .ensureRunning()
      .catch((err: unknown) => log.warn({ err }, 'the practice network could not be started'))
  }

  return {
    server,
    start,
    async stop() {
      await server.app.close()
      hub.close()
      await Promise.all(stops.map((stop) => stop()))
      await origins.stop()
      await practice.stop()
      await http.close()
      await database.close()
    },
  }
}
