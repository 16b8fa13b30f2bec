import fastify, { type FastifyInstance } from 'fastify'
import { registerAccounts } from './api/accounts.ts'
import { registerErrors } from './api/errors.ts'
import { registerInstance } from './api/instance.ts'
import { registerMedia } from './api/media.ts'
import { registerNotifications } from './api/notifications.ts'
import { registerOAuth, secret } from './api/oauth.ts'
import { registerParams } from './api/params.ts'
import { registerStatuses } from './api/statuses.ts'
import { registerStreaming } from './api/streaming.ts'
import { registerControl } from './control.ts'
import { startScenario, wakeCustomers } from './customers/play.ts'
import { createDue } from './due.ts'
import { registerFaults } from './faults/apply.ts'
import { createFaults } from './faults/engine.ts'
import { createModes, type ModeChange } from './faults/mode.ts'
import { registerGuard } from './guard.ts'
import { createHub } from './hub.ts'
import type { Network } from './network.ts'
import { followLateNotifications } from './notify.ts'
import { registerPages } from './page/routes.ts'
import { type PhotoName, photos } from './pictures.ts'
import { NewStatus, postStatus } from './post.ts'
import { getMeta, insertApp, insertToken, setMeta } from './store/access.ts'
import { insertAccount } from './store/accounts.ts'
import { type Db, inTransaction, openDatabase } from './store/database.ts'
import { createIds } from './store/ids.ts'

const host = '127.0.0.1'

/** Starts the practice network on 127.0.0.1 (port 0: any free one) with its state in `dataDir`;
 * a second start on the same folder goes on where the first stopped. */
export async function startPracticeNetwork(options: PracticeOptions): Promise<PracticeNetwork> {
  const db = openDatabase(options.dataDir)
  const app = fastify({ forceCloseConnections: true, bodyLimit: 2_000_000 })
  const closing = new AbortController()
  const net = buildNetwork(db, app, options, closing)
  const { token, isNew } = settle(net)
  registerErrors(app, net)
  registerGuard(app)
  registerFaults(app, net)
  await registerParams(app)
  for (const register of [
    registerInstance,
    registerOAuth,
    registerAccounts,
    registerStatuses,
    registerNotifications,
    registerMedia,
    registerStreaming,
    registerControl,
    registerPages,
  ]) {
    register(app, net)
  }
  wakeCustomers(net, await drawPhotos())
  followLateNotifications(net)
  net.due.on('status', (body) => void postStatus(net, NewStatus.parse(body)))
  await app.listen({ host, port: options.port })
  net.due.start()
  if (isNew && options.welcome !== false) {
    startScenario(net, { name: 'welcome', language: 'mixed', seed: 1, pace: options.pace ?? 1 })
  }
  return {
    url: net.base(),
    token,
    account: 'shop',
    network: net,
    async close() {
      closing.abort()
      net.due.stop()
      net.hub.stop()
      net.hub.closeAll()
      await app.close()
      db.raw.close()
    },
  }
}

function buildNetwork(
  db: Db,
  app: FastifyInstance,
  options: PracticeOptions,
  closing: AbortController,
): Network {
  const now = options.now ?? Date.now
  const nextId = createIds(db, now)
  const log = options.log ?? (() => undefined)
  let port = options.port
  app.server.on('listening', () => {
    const address = app.server.address()
    if (address && typeof address === 'object') port = address.port
  })
  const { version, features } = options.instance ?? {}
  return {
    db,
    now,
    nextId,
    log,
    base: () => `http://${host}:${port}`,
    hub: createHub(options.heartbeatMs ?? 15_000),
    due: createDue({ db, now, nextId, log }),
    faults: createFaults({ db, now, nextId }),
    modes: createModes(db, { ...features, ...(version ? { version } : {}) }),
    posted: new Set(),
    journal: [],
    refuse(seconds) {
      // A moment, so that whoever asked for it still gets the answer.
      setTimeout(() => {
        app.server.close()
        app.server.closeAllConnections()
        const again = setTimeout(() => app.server.listen({ host, port }), seconds * 1000)
        closing.signal.addEventListener('abort', () => clearTimeout(again))
      }, 50)
    },
  }
}

/** On the first start: the shop, and the token with which its desk connects. */
function settle(net: Network): { token: string; isNew: boolean } {
  const known = getMeta(net.db, 'token')
  if (known) return { token: known, isNew: false }
  const token = secret()
  inTransaction(net.db, () => {
    const shop = {
      id: net.nextId(),
      username: 'shop',
      domain: '',
      display_name: 'The Corner Shop',
      note: 'Mugs, jam, lamps and advice. Căni, dulceață, lămpi și sfaturi.',
      language: 'en',
    }
    const at = net.now()
    insertAccount(net.db, { ...shop, shop: 1, followed: 0, follows_shop: 0, created_at: at })
    const app = { id: net.nextId(), client_id: secret(), client_secret: secret() }
    const scopes = 'read write follow push'
    insertApp(net.db, { ...app, name: 'Practice desk', website: null, redirect_uris: [], scopes })
    const rights = { app_id: app.id, account_id: shop.id, scopes }
    insertToken(net.db, { token, ...rights, created_at: at, revoked_at: null })
    setMeta(net.db, 'token', token)
  })
  return { token, isNew: true }
}

async function drawPhotos(): Promise<Map<PhotoName, Buffer>> {
  return new Map<PhotoName, Buffer>([
    ['brokenMug', await photos.brokenMug()],
    ['crushedBox', await photos.crushedBox()],
  ])
}

export type PracticeOptions = {
  port: number
  dataDir: string
  log?: (message: string, facts?: Record<string, unknown>) => void
  /** what kind of server to be on the first start */
  instance?: { version?: string; features?: ModeChange }
  /** begin the welcome scenario on the first start (default yes) */
  welcome?: boolean
  /** how fast the welcome goes: 2 is twice as fast */
  pace?: number
  heartbeatMs?: number
  now?: () => number
}

export type PracticeNetwork = {
  url: string
  token: string
  account: string
  network: Network
  close: () => Promise<void>
}
