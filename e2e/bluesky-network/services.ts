import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { mockResolvers, TestBsky, TestBsync, TestPds, TestPlc } from '@atproto/dev-env'
import { envToCfg, envToSecrets, PDS } from '@atproto/pds'

/** The running services of the network, the PDS still without its proxy. */
export type Services = {
  plc: TestPlc
  bsync: TestBsync
  bsky: TestBsky
  pds: TestPds
}

/**
 * Starts PLC (in memory), bsync, AppView and PDS. The same as `TestNetwork.create` without Ozone
 * and its third party, which cost half the memory and which no test of ours asks anything.
 * @param options.databaseUrl an empty PostgreSQL database
 * @param options.dataDirectory an empty folder for the repositories and blobs of the PDS
 * @param options.pdsPort where the PDS listens; `publicPort` is the port it tells everybody, which
 *   belongs to the proxy, so that clients that follow a DID document pass through the proxy too
 */
export async function startServices(options: {
  databaseUrl: string
  dataDirectory: string
  bskyPort: number
  pdsPort: number
  publicPort: number
}): Promise<Services> {
  const { databaseUrl, bskyPort, pdsPort } = options
  const plc = await TestPlc.create({})
  const apiKey = 'bsync-api-key'
  const bsync = await TestBsync.create({
    apiKeys: [apiKey],
    dbUrl: databaseUrl,
    dbSchema: 'bsync',
    dbPoolSize: 3,
  })
  const bsky = await TestBsky.create({
    port: bskyPort,
    publicUrl: `http://127.0.0.1:${bskyPort}`,
    plcUrl: plc.url,
    pdsPort,
    bsyncApiKey: apiKey,
    bsyncUrl: bsync.url,
    repoProvider: `ws://127.0.0.1:${pdsPort}`,
    dbPostgresSchema: 'appview',
    dbPostgresUrl: databaseUrl,
    // The type asks for it, the AppView of this version never connects to a Redis.
    redisHost: '127.0.0.1:1',
  })
  bsync.ctx.dataplaneClients = [bsky.ctx.dataplane]
  const pds = await startPds({ ...options, plcUrl: plc.url, bsky })
  // Handles under .test are in no DNS, and the AppView must not pass through the proxy's faults.
  for (const { idResolver } of [bsky.ctx, bsky.dataplane]) mockResolvers(idResolver, pds)
  return { plc, bsync, bsky, pds }
}

/** Stops everything; answers with what did not stop cleanly. */
export async function stopServices({ plc, bsync, bsky, pds }: Services): Promise<unknown[]> {
  const results = await Promise.allSettled([bsky.close(), bsync.close(), pds.close(), plc.close()])
  return results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []))
}

/** Waits until the AppView knows everything the PDS holds now; fails after `timeoutMs`. */
export async function processAll(services: Services, timeoutMs: number): Promise<void> {
  const { pds, bsky, bsync } = services
  const deadline = Date.now() + timeoutMs
  await pds.processAll()
  await bsky.bsyncSub.processAll(await bsync.getStreamHeads(), timeoutMs)
  const head = (await pds.ctx.sequencer.curr()) ?? 0
  for (;;) {
    await bsky.sub.processAll()
    // The queue may look empty because the PDS has not yet told what it took: compare positions.
    if (((await bsky.sub.getCursor()) ?? 0) >= head) return
    if (Date.now() > deadline) throw new Error(`the AppView lags behind after ${timeoutMs} ms`)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

/**
 * Takes back what programs may do that an account signed in to, as the server's account page does.
 * @returns how many sign-ins there were
 */
export async function revokeSignIns({ pds }: Services, did: string): Promise<number> {
  const tokens = pds.ctx.oauthProvider?.tokenManager
  if (!tokens) throw new Error('this server offers no signing in')
  const [, id] = /^did:plc:([a-z2-7]{24})$/.exec(did) ?? []
  if (!id) throw new Error(`no account of this network: ${did}`)
  const standing = await tokens.listAccountTokens(`did:plc:${id}`)
  for (const token of standing) await tokens.deleteToken(token.id)
  return standing.length
}

async function startPds(options: {
  dataDirectory: string
  pdsPort: number
  publicPort: number
  plcUrl: string
  bsky: TestBsky
}): Promise<TestPds> {
  const { dataDirectory, pdsPort, publicPort, plcUrl, bsky } = options
  const env = {
    devMode: true,
    port: publicPort,
    dataDirectory,
    blobstoreDiskLocation: join(dataDirectory, 'blobs'),
    blobstoreDiskTmpLocation: join(dataDirectory, 'blobs-tmp'),
    serviceHandleDomains: ['.test'],
    didPlcUrl: plcUrl,
    bskyAppViewUrl: bsky.url,
    bskyAppViewDid: bsky.ctx.cfg.serverDid,
    modServiceUrl: 'https://moderator.invalid',
    modServiceDid: 'did:example:invalid',
    adminPassword: 'admin-pass',
    jwtSecret: 'jwt-secret',
    plcRotationKeyK256PrivateKeyHex: randomBytes(32).toString('hex'),
    inviteRequired: false,
    enableDidDocWithSession: true,
    disableSsrfProtection: true,
    serviceName: 'Parley test PDS',
  }
  const config = envToCfg(env)
  config.service.port = pdsPort
  config.oauth.issuer = `http://127.0.0.1:${publicPort}`
  config.service.publicUrl = `http://127.0.0.1:${publicPort}`
  const server = await PDS.create(config, envToSecrets(env))
  await server.start()
  return new TestPds(`http://127.0.0.1:${pdsPort}`, pdsPort, server)
}
